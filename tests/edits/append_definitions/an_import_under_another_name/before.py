import datetime as date

from sqlmodel import Field, SQLModel


class Product(SQLModel):
    name: str = Field()

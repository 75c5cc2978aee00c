import datetime as date
from datetime import date as datetime_date

from pydantic import BaseModel
from pydantic import Field as PydanticField
from sqlmodel import Field, SQLModel


class Product(SQLModel):
    name: str = Field()


class ProductIn(BaseModel):
    name: str = PydanticField(max_length=3)
    date: "datetime_date | None" = None

    def later(self, Field: int) -> int:
        return Field

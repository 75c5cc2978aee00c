from pydantic import BaseModel
from pydantic import Field as PydanticField
from sqlmodel import Field, SQLModel


class Product(SQLModel):
    name: str = Field()


class Other(BaseModel):
    name: str = PydanticField()

from datetime import date

from pydantic import BaseModel
from pydantic import Field as PydanticField
from sqlmodel import Field, SQLModel


class Product(SQLModel):
    name: str = Field()


class Other(BaseModel):
    name: str = PydanticField()


class ProductIn(BaseModel):
    name: str = PydanticField(max_length=3)
    date: "date | None" = None

    def later(self, Field: int) -> int:
        return Field

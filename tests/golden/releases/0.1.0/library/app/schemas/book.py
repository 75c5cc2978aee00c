import uuid
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class BookCreate(BaseModel):
    title: str = Field(min_length=1, max_length=300)
    isbn: str = Field(pattern=r"^\d{13}$")
    author_id: uuid.UUID


class BookRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: uuid.UUID
    title: str
    isbn: str
    author_id: uuid.UUID
    created_at: datetime

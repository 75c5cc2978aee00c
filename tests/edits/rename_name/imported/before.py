from pydantic import BaseModel, Field

from .common import as_utc, unset


class ProductUpdate(BaseModel):
    name: str = Field(default_factory=unset)

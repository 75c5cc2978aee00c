from pydantic import BaseModel, Field

from .common import as_utc, not_sent


class ProductUpdate(BaseModel):
    name: str = Field(default_factory=not_sent)

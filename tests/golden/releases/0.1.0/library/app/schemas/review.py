"""What the API takes and gives for reviews."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.schemas.common import RequestModel, UTCMoment, json_number, unset

ReviewStars = Annotated[
    int, Field(ge=1, le=5, examples=[1]), BeforeValidator(json_number)
]


class ReviewCreate(RequestModel):
    """A review to be created, or to take the place of another."""

    stars: ReviewStars
    product_id: UUID


class ReviewUpdate(RequestModel):
    """The fields of a review to change; the others stay as they are."""

    stars: ReviewStars = Field(default_factory=unset)
    product_id: UUID = Field(default_factory=unset)


class ReviewRead(BaseModel):
    """A review as it is served."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                    "stars": 1,
                    "product_id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                    "created_at": "2026-01-31T08:30:00Z",
                    "updated_at": "2026-01-31T08:30:00Z",
                }
            ]
        },
    )

    id: UUID
    stars: int
    product_id: UUID
    created_at: UTCMoment
    updated_at: datetime


class ReviewListQuery(RequestModel):
    """The query parameters of the list of reviews."""

    limit: Annotated[
        int, Field(ge=1, le=100, description="How many to answer at most.")
    ] = 50
    offset: Annotated[
        int, Field(ge=0, le=2147483647, description="How many to skip.")
    ] = 0

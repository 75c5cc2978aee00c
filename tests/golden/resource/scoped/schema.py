"""What the API takes and gives for notes."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.schemas.common import NO_NUL, RequestModel, json_number, unset

NoteTitle = Annotated[str, Field(max_length=120, pattern=NO_NUL, examples=["A quiet morning"])]


class NoteCreate(RequestModel):
    """A note to be created, or to take the place of another."""

    title: NoteTitle
    shelf_id: Annotated[int, Field(ge=0, le=2147483647, examples=[1]), BeforeValidator(json_number)]


class NoteUpdate(RequestModel):
    """The fields of a note to change; the others stay as they are."""

    title: NoteTitle = Field(default_factory=unset)
    shelf_id: Annotated[
        int, Field(ge=0, le=2147483647, examples=[1]), BeforeValidator(json_number)
    ] = Field(default_factory=unset)


class NoteRead(BaseModel):
    """A note as it is served."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [{"id": 1, "title": "A quiet morning", "shelf_id": 1, "owner_id": 1}]
        },
    )

    id: int
    title: str
    shelf_id: int
    owner_id: int


class NoteListQuery(RequestModel):
    """The query parameters of the list of notes."""

    limit: Annotated[int, Field(ge=1, le=100, description="How many to answer at most.")] = 50
    offset: Annotated[int, Field(ge=0, le=2147483647, description="How many to skip.")] = 0

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class TicketCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    subject: str = Field(max_length=200)
    body: str


class TicketUpdate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    open: bool | None = None
    agent_id: int | None = None


class TicketRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    subject: str
    body: str
    open: bool
    agent_id: int | None
    created_at: datetime

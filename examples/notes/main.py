"""A notebook in one file."""

import os
from datetime import datetime, timezone
from typing import Annotated, Generator

from fastapi import APIRouter, Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

# --- database ---------------------------------------------------------------

DATABASE_URL = os.environ.get("DATABASE_URL", "sqlite:///notes.db")
engine = create_engine(DATABASE_URL)
SessionLocal = sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(timezone.utc).replace(tzinfo=None))


def get_db() -> Generator[Session, None, None]:
    with SessionLocal() as db:
        yield db


DB = Annotated[Session, Depends(get_db)]

# --- api --------------------------------------------------------------------


class NoteIn(BaseModel):
    text: str


class NoteOut(BaseModel):
    id: int
    text: str
    created_at: datetime


router = APIRouter(prefix="/notes", tags=["notes"])


@router.get("")
def list_notes(db: DB) -> list[NoteOut]:
    notes = db.scalars(select(Note).order_by(Note.id)).all()
    return [NoteOut.model_validate(note, from_attributes=True) for note in notes]


@router.post("", status_code=201)
def create_note(note_in: NoteIn, db: DB) -> NoteOut:
    note = Note(text=note_in.text)
    db.add(note)
    db.commit()
    return NoteOut.model_validate(note, from_attributes=True)


@router.delete("/{note_id}", status_code=204)
def delete_note(note_id: int, db: DB) -> None:
    note = db.get(Note, note_id)
    if not note:
        raise HTTPException(404, "No such note")
    db.delete(note)
    db.commit()


app = FastAPI(title="Notes")
app.include_router(router)

Base.metadata.create_all(engine)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, port=8000)

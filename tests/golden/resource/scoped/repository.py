"""Queries on notes."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.note import Note
from app.models.shelf import Shelf


async def get_note(session: AsyncSession, note_id: int, owner_id: int) -> Note | None:
    """The note with an id, None where there is none."""
    statement = select(Note).where(Note.id == note_id).where(Note.owner_id == owner_id)
    return (await session.scalars(statement)).one_or_none()


async def list_notes(
    session: AsyncSession, owner_id: int, *, limit: int, offset: int
) -> Sequence[Note]:
    """A page of notes, in the order of their ids."""
    statement = (
        select(Note).where(Note.owner_id == owner_id).order_by(Note.id).limit(limit).offset(offset)
    )
    return (await session.scalars(statement)).all()


async def note_shelf_exists(session: AsyncSession, shelf_id: int, owner_id: int) -> bool:
    """Whether the shelf belongs to the user."""
    statement = select(Shelf.id).where(Shelf.id == shelf_id).where(Shelf.owner_id == owner_id)
    return (await session.scalars(statement)).one_or_none() is not None


async def remove_note(session: AsyncSession, note: Note, owner_id: int) -> None:
    """Delete a note."""
    await session.execute(delete(Note).where(Note.id == note.id).where(Note.owner_id == owner_id))

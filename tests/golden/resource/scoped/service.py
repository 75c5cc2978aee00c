"""What can be done with notes."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.integrity import violates_row
from app.models.note import Note
from app.repositories import note as note_repositories
from app.schemas.note import NoteCreate, NoteListQuery, NoteUpdate


class NoteNotFoundError(LookupError):
    """There is no such note."""


class NoteConflictError(Exception):
    """The note clashes with what is stored."""


class NoteInvalidError(ValueError):
    """The note breaks a rule of the database."""


async def read_notes(session: AsyncSession, query: NoteListQuery, owner_id: int) -> Sequence[Note]:
    """A page of notes."""
    return await note_repositories.list_notes(
        session, owner_id, limit=query.limit, offset=query.offset
    )


async def read_note(session: AsyncSession, note_id: int, owner_id: int) -> Note:
    """One note.

    Raises:
        NoteNotFoundError: There is none with this id.
    """
    note = await note_repositories.get_note(session, note_id, owner_id)
    if note is None:
        raise NoteNotFoundError("Note not found")
    return note


async def create_note(session: AsyncSession, data: NoteCreate, owner_id: int) -> Note:
    """Create a note.

    Raises:
        NoteConflictError: It clashes, or refers to what is not there.
    """
    await _require_note_shelf(session, data.shelf_id, owner_id)
    note = Note(**data.model_dump(), owner_id=owner_id)
    async with _saving_note(session, note):
        session.add(note)
    return note


async def update_note(session: AsyncSession, note_id: int, data: NoteUpdate, owner_id: int) -> Note:
    """Change the fields that were sent."""
    note = await read_note(session, note_id, owner_id)
    await _require_note_shelf(session, data.shelf_id, owner_id)
    async with _saving_note(session, note):
        for name, value in data.model_dump(exclude_unset=True).items():
            setattr(note, name, value)
    return note


async def replace_note(
    session: AsyncSession, note_id: int, data: NoteCreate, owner_id: int
) -> Note:
    """Give every field a new value; what was not sent goes to its default."""
    note = await read_note(session, note_id, owner_id)
    await _require_note_shelf(session, data.shelf_id, owner_id)
    async with _saving_note(session, note):
        for name, value in data.model_dump().items():
            setattr(note, name, value)
    return note


async def delete_note(session: AsyncSession, note_id: int, owner_id: int) -> None:
    """Delete a note.

    Raises:
        NoteConflictError: Others refer to it.
    """
    note = await read_note(session, note_id, owner_id)
    async with _saving_note(session):
        await note_repositories.remove_note(session, note, owner_id)


async def _require_note_shelf(session: AsyncSession, shelf_id: int | None, owner_id: int) -> None:
    if shelf_id is None:
        return
    if not await note_repositories.note_shelf_exists(session, shelf_id, owner_id):
        raise NoteConflictError("The note clashes with what is stored")


@asynccontextmanager
async def _saving_note(session: AsyncSession, note: Note | None = None) -> AsyncIterator[None]:
    """Commit what is done within."""
    try:
        yield
        await session.flush()
        if note is not None:
            # A commit would expire its values and cost another query.
            session.expunge(note)
        await session.commit()
    except IntegrityError as error:
        await session.rollback()
        if violates_row(error):
            raise NoteInvalidError("The note breaks a rule of the database") from error
        raise NoteConflictError("The note clashes with what is stored") from error

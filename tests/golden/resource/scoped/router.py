"""The HTTP interface of notes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response, status

from app.auth import CurrentUser
from app.database import SessionDep
from app.models.note import Note
from app.schemas.common import BAD_REQUEST, UNAUTHORIZED, UNPROCESSABLE
from app.schemas.note import NoteCreate, NoteListQuery, NoteRead, NoteUpdate
from app.services import note as note_services
from app.services.note import NoteConflictError, NoteInvalidError, NoteNotFoundError

router = APIRouter(prefix="/notes", tags=["notes"], responses=UNAUTHORIZED)
NOTE_NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {
        "description": "Not found",
        "content": {"application/json": {"example": {"detail": "Note not found"}}},
    }
}
NOTE_CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {
        "description": "Clashes with what is stored",
        "content": {
            "application/json": {"example": {"detail": "The note clashes with what is stored"}}
        },
    }
}
NoteId = Annotated[int, Path(ge=0, le=2147483647, description="Id of the note.")]


@contextmanager
def note_errors() -> Iterator[None]:
    """Answer errors of the service with the status that fits them."""
    try:
        yield
    except NoteNotFoundError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from error
    except NoteConflictError as error:
        raise HTTPException(status.HTTP_409_CONFLICT, str(error)) from error
    except NoteInvalidError as error:
        raise HTTPException(422, str(error)) from error


@router.post(
    "",
    response_model=NoteRead,
    status_code=status.HTTP_201_CREATED,
    responses=BAD_REQUEST | NOTE_CONFLICT | UNPROCESSABLE,
)
async def create_note(
    data: NoteCreate,
    request: Request,
    response: Response,
    session: SessionDep,
    current_user: CurrentUser,
) -> Note:
    """Create a note."""
    with note_errors():
        note = await note_services.create_note(session, data, current_user.id)
    response.headers["Location"] = f"{request.url.path.rstrip('/')}/{note.id}"
    return note


@router.get("", response_model=list[NoteRead], responses=UNPROCESSABLE)
async def read_notes(
    query: Annotated[NoteListQuery, Query()], session: SessionDep, current_user: CurrentUser
) -> Sequence[Note]:
    """List notes, a page at a time."""
    return await note_services.read_notes(session, query, current_user.id)


@router.get("/{note_id}", response_model=NoteRead, responses=NOTE_NOT_FOUND)
async def read_note(note_id: NoteId, session: SessionDep, current_user: CurrentUser) -> Note:
    """Get a note."""
    with note_errors():
        return await note_services.read_note(session, note_id, current_user.id)


@router.patch(
    "/{note_id}",
    response_model=NoteRead,
    responses=BAD_REQUEST | NOTE_NOT_FOUND | NOTE_CONFLICT | UNPROCESSABLE,
)
async def update_note(
    note_id: NoteId, data: NoteUpdate, session: SessionDep, current_user: CurrentUser
) -> Note:
    """Change the fields of a note that are sent."""
    with note_errors():
        return await note_services.update_note(session, note_id, data, current_user.id)


@router.put(
    "/{note_id}",
    response_model=NoteRead,
    responses=BAD_REQUEST | NOTE_NOT_FOUND | NOTE_CONFLICT | UNPROCESSABLE,
)
async def replace_note(
    note_id: NoteId, data: NoteCreate, session: SessionDep, current_user: CurrentUser
) -> Note:
    """Replace all fields of a note."""
    with note_errors():
        return await note_services.replace_note(session, note_id, data, current_user.id)


@router.delete(
    "/{note_id}", status_code=status.HTTP_204_NO_CONTENT, responses=NOTE_NOT_FOUND | NOTE_CONFLICT
)
async def delete_note(note_id: NoteId, session: SessionDep, current_user: CurrentUser) -> None:
    """Delete a note."""
    with note_errors():
        await note_services.delete_note(session, note_id, current_user.id)

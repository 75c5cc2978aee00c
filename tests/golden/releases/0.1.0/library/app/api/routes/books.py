import uuid

from fastapi import APIRouter, HTTPException

from app.api.deps import SessionDep
from app.schemas.book import BookCreate, BookRead
from app.services.book import BookService, DuplicateBookError

router = APIRouter()


@router.get("")
async def list_books(session: SessionDep) -> list[BookRead]:
    books = await BookService(session).list()
    return [BookRead.model_validate(book) for book in books]


@router.get("/{book_id}")
async def get_book(session: SessionDep, book_id: uuid.UUID) -> BookRead:
    book = await BookService(session).get(book_id)
    if book is None:
        raise HTTPException(status_code=404, detail="Book not found")
    return BookRead.model_validate(book)


@router.post("", status_code=201)
async def create_book(session: SessionDep, data: BookCreate) -> BookRead:
    try:
        book = await BookService(session).create(data)
    except DuplicateBookError:
        raise HTTPException(status_code=409, detail="Book already exists") from None
    return BookRead.model_validate(book)

import uuid
from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.book import Book
from app.repositories.book import BookRepository
from app.schemas.book import BookCreate


class DuplicateBookError(Exception):
    pass


class BookService:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.repository = BookRepository(session)

    async def get(self, book_id: uuid.UUID) -> Book | None:
        return await self.repository.get(book_id)

    async def list(self) -> Sequence[Book]:
        return await self.repository.list()

    async def create(self, data: BookCreate) -> Book:
        try:
            book = await self.repository.add(Book(**data.model_dump()))
            await self.session.commit()
        except IntegrityError as error:
            await self.session.rollback()
            raise DuplicateBookError from error
        return book

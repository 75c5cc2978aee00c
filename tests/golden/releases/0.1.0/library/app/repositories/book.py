import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.book import Book


class BookRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def get(self, book_id: uuid.UUID) -> Book | None:
        return await self.session.get(Book, book_id)

    async def list(self) -> Sequence[Book]:
        result = await self.session.scalars(select(Book).order_by(Book.title))
        return result.all()

    async def add(self, book: Book) -> Book:
        self.session.add(book)
        await self.session.flush()
        return book

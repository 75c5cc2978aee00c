from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.author import Author


class AuthorRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def list(self) -> Sequence[Author]:
        result = await self.session.scalars(select(Author).order_by(Author.name))
        return result.all()

    async def add(self, author: Author) -> Author:
        self.session.add(author)
        await self.session.flush()
        return author

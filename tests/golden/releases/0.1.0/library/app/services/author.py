from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.author import Author
from app.repositories.author import AuthorRepository
from app.schemas.author import AuthorCreate


class AuthorService:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.repository = AuthorRepository(session)

    async def list(self) -> Sequence[Author]:
        return await self.repository.list()

    async def create(self, data: AuthorCreate) -> Author:
        author = await self.repository.add(Author(**data.model_dump()))
        await self.session.commit()
        return author

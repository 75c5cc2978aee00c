"""Queries on reviews."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.review import Review


class ReviewRepository:
    """Reads and writes reviews."""

    def __init__(self, session: AsyncSession) -> None:
        """Work within a session."""
        self.session = session

    async def get(self, review_id: UUID) -> Review | None:
        """The review with an id, None where there is none."""
        return await self.session.get(Review, review_id)

    async def find(self, *, limit: int, offset: int) -> Sequence[Review]:
        """A page of reviews, in the order of their ids."""
        statement = select(Review).order_by(Review.id).limit(limit).offset(offset)
        return (await self.session.scalars(statement)).all()

    def add(self, review: Review) -> None:
        """Add a new review."""
        self.session.add(review)

    async def delete(self, review: Review) -> None:
        """Delete a review."""
        await self.session.execute(delete(Review).where(Review.id == review.id))

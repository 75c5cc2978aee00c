"""What can be done with reviews."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.integrity import violates_row
from app.models.review import Review
from app.repositories.review import ReviewRepository
from app.schemas.review import ReviewCreate, ReviewListQuery, ReviewUpdate


class ReviewNotFoundError(LookupError):
    """There is no such review."""


class ReviewConflictError(Exception):
    """The review clashes with what is stored."""


class ReviewInvalidError(ValueError):
    """The review breaks a rule of the database."""


class ReviewService:
    """Creates, finds, changes and deletes reviews."""

    def __init__(self, session: AsyncSession) -> None:
        """Work within a session."""
        self.session = session
        self.reviews = ReviewRepository(session)

    async def find(self, query: ReviewListQuery) -> Sequence[Review]:
        """A page of reviews."""
        return await self.reviews.find(limit=query.limit, offset=query.offset)

    async def get(self, review_id: UUID) -> Review:
        """One review.

        Raises:
            ReviewNotFoundError: There is none with this id.
        """
        review = await self.reviews.get(review_id)
        if review is None:
            raise ReviewNotFoundError("Review not found")
        return review

    async def create(self, data: ReviewCreate) -> Review:
        """Create a review.

        Raises:
            ReviewConflictError: It clashes, or refers to what is not there.
        """
        review = Review(**data.model_dump())
        async with self._saving():
            self.reviews.add(review)
        return review

    async def update(self, review_id: UUID, data: ReviewUpdate) -> Review:
        """Change the fields that were sent."""
        review = await self.get(review_id)
        async with self._saving():
            for name, value in data.model_dump(exclude_unset=True).items():
                setattr(review, name, value)
        return review

    async def replace(self, review_id: UUID, data: ReviewCreate) -> Review:
        """Give every field a new value; what was not sent goes to its default."""
        review = await self.get(review_id)
        async with self._saving():
            for name, value in data.model_dump().items():
                setattr(review, name, value)
        return review

    async def delete(self, review_id: UUID) -> None:
        """Delete a review.

        Raises:
            ReviewConflictError: Others refer to it.
        """
        review = await self.get(review_id)
        async with self._saving():
            await self.reviews.delete(review)

    @asynccontextmanager
    async def _saving(self) -> AsyncIterator[None]:
        """Commit what is done within."""
        try:
            yield
            await self.session.commit()
        except IntegrityError as error:
            await self.session.rollback()
            if violates_row(error):
                raise ReviewInvalidError(
                    "The review breaks a rule of the database"
                ) from error
            raise ReviewConflictError(
                "The review clashes with what is stored"
            ) from error

"""The HTTP interface of reviews."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response, status

from app.api.deps import SessionDep
from app.models.review import Review
from app.schemas.common import BAD_REQUEST, UNPROCESSABLE
from app.schemas.review import ReviewCreate, ReviewListQuery, ReviewRead, ReviewUpdate
from app.services.review import (
    ReviewConflictError,
    ReviewInvalidError,
    ReviewNotFoundError,
    ReviewService,
)

router = APIRouter()
REVIEW_NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {
        "description": "Not found",
        "content": {"application/json": {"example": {"detail": "Review not found"}}},
    }
}
REVIEW_CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {
        "description": "Clashes with what is stored",
        "content": {
            "application/json": {
                "example": {"detail": "The review clashes with what is stored"}
            }
        },
    }
}
ReviewId = Annotated[UUID, Path(description="Id of the review.")]


@contextmanager
def review_errors() -> Iterator[None]:
    """Answer errors of the service with the status that fits them."""
    try:
        yield
    except ReviewNotFoundError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from error
    except ReviewConflictError as error:
        raise HTTPException(status.HTTP_409_CONFLICT, str(error)) from error
    except ReviewInvalidError as error:
        raise HTTPException(422, str(error)) from error


@router.post(
    "",
    response_model=ReviewRead,
    status_code=status.HTTP_201_CREATED,
    responses=BAD_REQUEST | REVIEW_CONFLICT | UNPROCESSABLE,
)
async def create_review(
    data: ReviewCreate, request: Request, response: Response, session: SessionDep
) -> Review:
    """Create a review."""
    with review_errors():
        review = await ReviewService(session).create(data)
    response.headers["Location"] = f"{request.url.path.rstrip('/')}/{review.id}"
    return review


@router.get("", response_model=list[ReviewRead], responses=UNPROCESSABLE)
async def read_reviews(
    query: Annotated[ReviewListQuery, Query()], session: SessionDep
) -> Sequence[Review]:
    """List reviews, a page at a time."""
    return await ReviewService(session).find(query)


@router.get("/{review_id}", response_model=ReviewRead, responses=REVIEW_NOT_FOUND)
async def read_review(review_id: ReviewId, session: SessionDep) -> Review:
    """Get a review."""
    with review_errors():
        return await ReviewService(session).get(review_id)


@router.patch(
    "/{review_id}",
    response_model=ReviewRead,
    responses=BAD_REQUEST | REVIEW_NOT_FOUND | REVIEW_CONFLICT | UNPROCESSABLE,
)
async def update_review(
    review_id: ReviewId, data: ReviewUpdate, session: SessionDep
) -> Review:
    """Change the fields of a review that are sent."""
    with review_errors():
        return await ReviewService(session).update(review_id, data)


@router.put(
    "/{review_id}",
    response_model=ReviewRead,
    responses=BAD_REQUEST | REVIEW_NOT_FOUND | REVIEW_CONFLICT | UNPROCESSABLE,
)
async def replace_review(
    review_id: ReviewId, data: ReviewCreate, session: SessionDep
) -> Review:
    """Replace all fields of a review."""
    with review_errors():
        return await ReviewService(session).replace(review_id, data)


@router.delete(
    "/{review_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=REVIEW_NOT_FOUND | REVIEW_CONFLICT,
)
async def delete_review(review_id: ReviewId, session: SessionDep) -> None:
    """Delete a review."""
    with review_errors():
        await ReviewService(session).delete(review_id)

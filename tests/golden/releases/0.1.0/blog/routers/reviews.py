"""The HTTP interface of reviews."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import (
    APIRouter,
    Depends,
    HTTPException,
    Path,
    Query,
    Request,
    Response,
    status,
)
from sqlalchemy.orm import Session

import services
from database import get_db
from models import Review
from schemas import (
    BAD_REQUEST,
    UNPROCESSABLE,
    ReviewCreate,
    ReviewListQuery,
    ReviewRead,
    ReviewUpdate,
)
from services import ReviewConflictError, ReviewInvalidError, ReviewNotFoundError

router = APIRouter(prefix="/reviews", tags=["reviews"])
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
ReviewId = Annotated[int, Path(ge=0, le=2147483647, description="Id of the review.")]


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
    "/",
    response_model=ReviewRead,
    status_code=status.HTTP_201_CREATED,
    responses=BAD_REQUEST | REVIEW_CONFLICT | UNPROCESSABLE,
)
def create_review(
    data: ReviewCreate,
    request: Request,
    response: Response,
    db: Session = Depends(get_db),
) -> Review:
    """Create a review."""
    with review_errors():
        review = services.create_review(db, data)
    response.headers["Location"] = f"{request.url.path.rstrip('/')}/{review.id}"
    return review


@router.get("/", response_model=list[ReviewRead], responses=UNPROCESSABLE)
def read_reviews(
    query: Annotated[ReviewListQuery, Query()], db: Session = Depends(get_db)
) -> Sequence[Review]:
    """List reviews, a page at a time."""
    return services.read_reviews(db, query)


@router.get("/{review_id}", response_model=ReviewRead, responses=REVIEW_NOT_FOUND)
def read_review(review_id: ReviewId, db: Session = Depends(get_db)) -> Review:
    """Get a review."""
    with review_errors():
        return services.read_review(db, review_id)


@router.patch(
    "/{review_id}",
    response_model=ReviewRead,
    responses=BAD_REQUEST | REVIEW_NOT_FOUND | REVIEW_CONFLICT | UNPROCESSABLE,
)
def update_review(
    review_id: ReviewId, data: ReviewUpdate, db: Session = Depends(get_db)
) -> Review:
    """Change the fields of a review that are sent."""
    with review_errors():
        return services.update_review(db, review_id, data)


@router.put(
    "/{review_id}",
    response_model=ReviewRead,
    responses=BAD_REQUEST | REVIEW_NOT_FOUND | REVIEW_CONFLICT | UNPROCESSABLE,
)
def replace_review(
    review_id: ReviewId, data: ReviewCreate, db: Session = Depends(get_db)
) -> Review:
    """Replace all fields of a review."""
    with review_errors():
        return services.replace_review(db, review_id, data)


@router.delete(
    "/{review_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=REVIEW_NOT_FOUND | REVIEW_CONFLICT,
)
def delete_review(review_id: ReviewId, db: Session = Depends(get_db)) -> None:
    """Delete a review."""
    with review_errors():
        services.delete_review(db, review_id)

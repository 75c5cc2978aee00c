"""What can be done."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import crud

from models import Product, Review

from schemas import (
    ProductCreate,
    ProductListQuery,
    ProductUpdate,
    ReviewCreate,
    ReviewListQuery,
    ReviewUpdate,
)

# A violated check or a missing value: SQLSTATE, SQLite, MySQL.
INVALID_ROW = frozenset(
    {
        "23502",
        "23514",
        "SQLITE_CONSTRAINT_CHECK",
        "SQLITE_CONSTRAINT_NOTNULL",
        1048,
        4025,
    }
)


def violates_row(error: IntegrityError) -> bool:
    """Whether the row itself is at fault; all else is a clash with other rows."""
    orig: Any = error.orig
    for attribute in ("sqlstate", "pgcode", "sqlite_errorname"):
        code = getattr(orig, attribute, None)
        if code is not None:
            return code in INVALID_ROW
    return bool(orig is not None and orig.args and orig.args[0] in INVALID_ROW)


class ProductNotFoundError(LookupError):
    """There is no such product."""


class ProductConflictError(Exception):
    """The product clashes with what is stored."""


class ProductInvalidError(ValueError):
    """The product breaks a rule of the database."""


def read_products(db: Session, query: ProductListQuery) -> Sequence[Product]:
    """A page of products."""
    return crud.list_products(
        db,
        limit=query.limit,
        offset=query.offset,
        filters=query.model_dump(
            exclude_unset=True, exclude={"limit", "offset", "q", "sort"}
        ),
        q=query.q,
        sort=query.sort or (),
    )


def read_product(db: Session, product_id: int) -> Product:
    """One product.

    Raises:
        ProductNotFoundError: There is none with this id.
    """
    product = crud.get_product(db, product_id)
    if product is None:
        raise ProductNotFoundError("Product not found")
    return product


def create_product(db: Session, data: ProductCreate) -> Product:
    """Create a product.

    Raises:
        ProductConflictError: It clashes, or refers to what is not there.
    """
    product = Product(**data.model_dump())
    with _saving_product(db, product):
        db.add(product)
    return product


def update_product(db: Session, product_id: int, data: ProductUpdate) -> Product:
    """Change the fields that were sent."""
    product = read_product(db, product_id)
    with _saving_product(db, product):
        for name, value in data.model_dump(exclude_unset=True).items():
            setattr(product, name, value)
    return product


def replace_product(db: Session, product_id: int, data: ProductCreate) -> Product:
    """Give every field a new value; what was not sent goes to its default."""
    product = read_product(db, product_id)
    with _saving_product(db, product):
        for name, value in data.model_dump().items():
            setattr(product, name, value)
    return product


def delete_product(db: Session, product_id: int) -> None:
    """Delete a product.

    Raises:
        ProductConflictError: Others refer to it.
    """
    product = read_product(db, product_id)
    with _saving_product(db):
        crud.remove_product(db, product)


@contextmanager
def _saving_product(db: Session, product: Product | None = None) -> Iterator[None]:
    """Commit what is done within."""
    try:
        yield
        db.flush()
        if product is not None:
            # A commit would expire its values and cost another query.
            db.expunge(product)
        db.commit()
    except IntegrityError as error:
        db.rollback()
        if violates_row(error):
            raise ProductInvalidError(
                "The product breaks a rule of the database"
            ) from error
        raise ProductConflictError("The product clashes with what is stored") from error


class ReviewNotFoundError(LookupError):
    """There is no such review."""


class ReviewConflictError(Exception):
    """The review clashes with what is stored."""


class ReviewInvalidError(ValueError):
    """The review breaks a rule of the database."""


def read_reviews(db: Session, query: ReviewListQuery) -> Sequence[Review]:
    """A page of reviews."""
    return crud.list_reviews(db, limit=query.limit, offset=query.offset)


def read_review(db: Session, review_id: int) -> Review:
    """One review.

    Raises:
        ReviewNotFoundError: There is none with this id.
    """
    review = crud.get_review(db, review_id)
    if review is None:
        raise ReviewNotFoundError("Review not found")
    return review


def create_review(db: Session, data: ReviewCreate) -> Review:
    """Create a review.

    Raises:
        ReviewConflictError: It clashes, or refers to what is not there.
    """
    review = Review(**data.model_dump())
    with _saving_review(db, review):
        db.add(review)
    return review


def update_review(db: Session, review_id: int, data: ReviewUpdate) -> Review:
    """Change the fields that were sent."""
    review = read_review(db, review_id)
    with _saving_review(db, review):
        for name, value in data.model_dump(exclude_unset=True).items():
            setattr(review, name, value)
    return review


def replace_review(db: Session, review_id: int, data: ReviewCreate) -> Review:
    """Give every field a new value; what was not sent goes to its default."""
    review = read_review(db, review_id)
    with _saving_review(db, review):
        for name, value in data.model_dump().items():
            setattr(review, name, value)
    return review


def delete_review(db: Session, review_id: int) -> None:
    """Delete a review.

    Raises:
        ReviewConflictError: Others refer to it.
    """
    review = read_review(db, review_id)
    with _saving_review(db):
        crud.remove_review(db, review)


@contextmanager
def _saving_review(db: Session, review: Review | None = None) -> Iterator[None]:
    """Commit what is done within."""
    try:
        yield
        db.flush()
        if review is not None:
            # A commit would expire its values and cost another query.
            db.expunge(review)
        db.commit()
    except IntegrityError as error:
        db.rollback()
        if violates_row(error):
            raise ReviewInvalidError(
                "The review breaks a rule of the database"
            ) from error
        raise ReviewConflictError("The review clashes with what is stored") from error

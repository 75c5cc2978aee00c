from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

import models
import schemas
from models import Product, Review


def get_user(db: Session, user_id: int):
    return db.query(models.User).filter(models.User.id == user_id).first()


def get_user_by_email(db: Session, email: str):
    return db.query(models.User).filter(models.User.email == email).first()


def get_users(db: Session, skip: int = 0, limit: int = 100):
    return db.query(models.User).offset(skip).limit(limit).all()


def create_user(db: Session, user: schemas.UserCreate):
    db_user = models.User(email=user.email, name=user.name)
    db.add(db_user)
    db.commit()
    db.refresh(db_user)
    return db_user


def get_posts(db: Session, skip: int = 0, limit: int = 100):
    return db.query(models.Post).offset(skip).limit(limit).all()


def create_user_post(db: Session, post: schemas.PostCreate, user_id: int):
    db_post = models.Post(**post.model_dump(), author_id=user_id)
    db.add(db_post)
    db.commit()
    db.refresh(db_post)
    return db_post


PRODUCT_FILTERS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "price": lambda value: Product.price == value,
    "price__in": lambda value: Product.price.in_(value),
    "price__ge": lambda value: Product.price >= value,
    "price__gt": lambda value: Product.price > value,
    "price__le": lambda value: Product.price <= value,
    "price__lt": lambda value: Product.price < value,
    "status": lambda value: Product.status == value,
    "status__in": lambda value: Product.status.in_(value),
}
PRODUCT_SORTS: dict[str, ColumnElement[Any]] = {
    "name": Product.name.asc(),
    "-name": Product.name.desc(),
}


def get_product(db: Session, product_id: int) -> Product | None:
    """The product with an id, None where there is none."""
    return db.get(Product, product_id)


def list_products(
    db: Session,
    *,
    limit: int,
    offset: int,
    filters: Mapping[str, Any],
    q: str | None,
    sort: Sequence[str],
) -> Sequence[Product]:
    """A page of products, in the order of what is asked for, then their ids."""
    statement = select(Product)
    for name, value in filters.items():
        statement = statement.where(PRODUCT_FILTERS[name](value))
    if q is not None:
        statement = statement.where(Product.name.icontains(q, autoescape=True))
    statement = (
        statement.order_by(*(PRODUCT_SORTS[name] for name in sort), Product.id)
        .limit(limit)
        .offset(offset)
    )
    return (db.scalars(statement)).all()


def remove_product(db: Session, product: Product) -> None:
    """Delete a product."""
    db.execute(delete(Product).where(Product.id == product.id))


def get_review(db: Session, review_id: int) -> Review | None:
    """The review with an id, None where there is none."""
    return db.get(Review, review_id)


def list_reviews(db: Session, *, limit: int, offset: int) -> Sequence[Review]:
    """A page of reviews, in the order of their ids."""
    statement = select(Review).order_by(Review.id).limit(limit).offset(offset)
    return (db.scalars(statement)).all()


def remove_review(db: Session, review: Review) -> None:
    """Delete a review."""
    db.execute(delete(Review).where(Review.id == review.id))

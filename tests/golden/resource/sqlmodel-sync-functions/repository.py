"""Queries on products."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.integrity import violates_row
from app.models.product import Product
from app.schemas.product import ProductCreate, ProductListQuery, ProductUpdate

PRODUCT_FILTERS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "status": lambda value: col(Product.status) == value,
    "status__in": lambda value: col(Product.status).in_(value),
}
PRODUCT_SORTS: dict[str, ColumnElement[Any]] = {
    "name": col(Product.name).asc(),
    "-name": col(Product.name).desc(),
}


def get_product(session: Session, product_id: int) -> Product | None:
    """The product with an id, None where there is none."""
    return session.get(Product, product_id)


def list_products(
    session: Session,
    *,
    limit: int,
    offset: int,
    filters: Mapping[str, Any],
    q: str | None,
    sort: Sequence[str],
) -> Sequence[Product]:
    """A page of products, in the order of what is asked for, then their ids."""
    by_id = col(Product.id).desc() if sort and sort[-1].startswith("-") else col(Product.id).asc()
    statement = select(Product)
    for name, value in filters.items():
        statement = statement.where(PRODUCT_FILTERS[name](value))
    if q is not None:
        statement = statement.where(col(Product.name).icontains(q, autoescape=True))
    statement = (
        statement.order_by(*(PRODUCT_SORTS[name] for name in sort), by_id)
        .limit(limit)
        .offset(offset)
    )
    return (session.exec(statement)).all()


def remove_product(session: Session, product: Product) -> None:
    """Delete a product."""
    session.exec(delete(Product).where(col(Product.id) == product.id))


class ProductNotFoundError(LookupError):
    """There is no such product."""


class ProductConflictError(Exception):
    """The product clashes with what is stored."""


class ProductInvalidError(ValueError):
    """The product breaks a rule of the database."""


def read_products(session: Session, query: ProductListQuery) -> Sequence[Product]:
    """A page of products."""
    return list_products(
        session,
        limit=query.limit,
        offset=query.offset,
        filters=query.model_dump(exclude_unset=True, exclude={"limit", "offset", "q", "sort"}),
        q=query.q,
        sort=query.sort or (),
    )


def read_product(session: Session, product_id: int) -> Product:
    """One product.

    Raises:
        ProductNotFoundError: There is none with this id.
    """
    product = get_product(session, product_id)
    if product is None:
        raise ProductNotFoundError("Product not found")
    return product


def create_product(session: Session, data: ProductCreate) -> Product:
    """Create a product.

    Raises:
        ProductConflictError: It clashes, or refers to what is not there.
    """
    product = Product(**data.model_dump())
    with _saving_product(session, product):
        session.add(product)
    return product


def update_product(session: Session, product_id: int, data: ProductUpdate) -> Product:
    """Change the fields that were sent."""
    product = read_product(session, product_id)
    with _saving_product(session, product):
        for name, value in data.model_dump(exclude_unset=True).items():
            setattr(product, name, value)
    return product


def replace_product(session: Session, product_id: int, data: ProductCreate) -> Product:
    """Give every field a new value; what was not sent goes to its default."""
    product = read_product(session, product_id)
    with _saving_product(session, product):
        for name, value in data.model_dump().items():
            setattr(product, name, value)
    return product


def delete_product(session: Session, product_id: int) -> None:
    """Delete a product.

    Raises:
        ProductConflictError: Others refer to it.
    """
    product = read_product(session, product_id)
    with _saving_product(session):
        remove_product(session, product)


@contextmanager
def _saving_product(session: Session, product: Product | None = None) -> Iterator[None]:
    """Commit what is done within."""
    try:
        yield
        session.flush()
        if product is not None:
            # A commit would expire its values and cost another query.
            session.expunge(product)
        session.commit()
    except IntegrityError as error:
        session.rollback()
        if violates_row(error):
            raise ProductInvalidError("The product breaks a rule of the database") from error
        raise ProductConflictError("The product clashes with what is stored") from error

"""Queries on products."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.product import Product

PRODUCT_FILTERS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "status": lambda value: Product.status == value,
    "status__in": lambda value: Product.status.in_(value),
}
PRODUCT_SORTS: dict[str, ColumnElement[Any]] = {
    "name": Product.name.asc(),
    "-name": Product.name.desc(),
}


class ProductRepository:
    """Reads and writes products."""

    def __init__(self, session: AsyncSession) -> None:
        """Work within a session."""
        self.session = session

    async def get(self, product_id: int) -> Product | None:
        """The product with an id, None where there is none."""
        return await self.session.get(Product, product_id)

    async def find(
        self,
        *,
        limit: int,
        offset: int,
        filters: Mapping[str, Any],
        q: str | None,
        sort: Sequence[str],
    ) -> Sequence[Product]:
        """A page of products, in the order of what is asked for, then their ids."""
        by_id = Product.id.desc() if sort and sort[-1].startswith("-") else Product.id.asc()
        statement = select(Product)
        for name, value in filters.items():
            statement = statement.where(PRODUCT_FILTERS[name](value))
        if q is not None:
            statement = statement.where(Product.name.icontains(q, autoescape=True))
        statement = (
            statement.order_by(*(PRODUCT_SORTS[name] for name in sort), by_id)
            .limit(limit)
            .offset(offset)
        )
        return (await self.session.scalars(statement)).all()

    def add(self, product: Product) -> None:
        """Add a new product."""
        self.session.add(product)

    async def delete(self, product: Product) -> None:
        """Delete a product."""
        await self.session.execute(delete(Product).where(Product.id == product.id))

"""What can be done with products."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.integrity import violates_row
from app.models.product import Product
from app.repositories.product import ProductRepository
from app.schemas.product import ProductCreate, ProductListQuery, ProductUpdate


class ProductNotFoundError(LookupError):
    """There is no such product."""


class ProductConflictError(Exception):
    """The product clashes with what is stored."""


class ProductInvalidError(ValueError):
    """The product breaks a rule of the database."""


class ProductService:
    """Creates, finds, changes and deletes products."""

    def __init__(self, session: AsyncSession) -> None:
        """Work within a session."""
        self.session = session
        self.products = ProductRepository(session)

    async def find(self, query: ProductListQuery) -> Sequence[Product]:
        """A page of products."""
        return await self.products.find(
            limit=query.limit,
            offset=query.offset,
            filters=query.model_dump(
                exclude_unset=True, exclude={"limit", "offset", "q", "sort"}
            ),
            q=query.q,
            sort=query.sort or (),
        )

    async def get(self, product_id: UUID) -> Product:
        """One product.

        Raises:
            ProductNotFoundError: There is none with this id.
        """
        product = await self.products.get(product_id)
        if product is None:
            raise ProductNotFoundError("Product not found")
        return product

    async def create(self, data: ProductCreate) -> Product:
        """Create a product.

        Raises:
            ProductConflictError: It clashes, or refers to what is not there.
        """
        product = Product(**data.model_dump())
        async with self._saving():
            self.products.add(product)
        return product

    async def update(self, product_id: UUID, data: ProductUpdate) -> Product:
        """Change the fields that were sent."""
        product = await self.get(product_id)
        async with self._saving():
            for name, value in data.model_dump(exclude_unset=True).items():
                setattr(product, name, value)
        return product

    async def replace(self, product_id: UUID, data: ProductCreate) -> Product:
        """Give every field a new value; what was not sent goes to its default."""
        product = await self.get(product_id)
        async with self._saving():
            for name, value in data.model_dump().items():
                setattr(product, name, value)
        return product

    async def delete(self, product_id: UUID) -> None:
        """Delete a product.

        Raises:
            ProductConflictError: Others refer to it.
        """
        product = await self.get(product_id)
        async with self._saving():
            await self.products.delete(product)

    @asynccontextmanager
    async def _saving(self) -> AsyncIterator[None]:
        """Commit what is done within."""
        try:
            yield
            await self.session.commit()
        except IntegrityError as error:
            await self.session.rollback()
            if violates_row(error):
                raise ProductInvalidError(
                    "The product breaks a rule of the database"
                ) from error
            raise ProductConflictError(
                "The product clashes with what is stored"
            ) from error

"""Queries on products."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response, status
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import get_session
from app.integrity import violates_row
from app.models.product import Product
from app.schemas.common import BAD_REQUEST, UNPROCESSABLE
from app.schemas.product import ProductCreate, ProductListQuery, ProductRead, ProductUpdate

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
            filters=query.model_dump(exclude_unset=True, exclude={"limit", "offset", "q", "sort"}),
            q=query.q,
            sort=query.sort or (),
        )

    async def get(self, product_id: int) -> Product:
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

    async def update(self, product_id: int, data: ProductUpdate) -> Product:
        """Change the fields that were sent."""
        product = await self.get(product_id)
        async with self._saving():
            for name, value in data.model_dump(exclude_unset=True).items():
                setattr(product, name, value)
        return product

    async def replace(self, product_id: int, data: ProductCreate) -> Product:
        """Give every field a new value; what was not sent goes to its default."""
        product = await self.get(product_id)
        async with self._saving():
            for name, value in data.model_dump().items():
                setattr(product, name, value)
        return product

    async def delete(self, product_id: int) -> None:
        """Delete a product.

        Raises:
            ProductConflictError: Others refer to it.
        """
        product = await self.get(product_id)
        async with self._saving():
            await self.products.delete(product)

    @asynccontextmanager
    async def _saving(self) -> AsyncIterator[None]:
        """Send what is done within to the database."""
        try:
            yield
            await self.session.flush()
        except IntegrityError as error:
            if violates_row(error):
                raise ProductInvalidError("The product breaks a rule of the database") from error
            raise ProductConflictError("The product clashes with what is stored") from error


router = APIRouter(prefix="/products", tags=["products"])
PRODUCT_NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {
        "description": "Not found",
        "content": {"application/json": {"example": {"detail": "Product not found"}}},
    }
}
PRODUCT_CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {
        "description": "Clashes with what is stored",
        "content": {
            "application/json": {"example": {"detail": "The product clashes with what is stored"}}
        },
    }
}
ProductId = Annotated[int, Path(ge=0, le=2147483647, description="Id of the product.")]


@contextmanager
def product_errors() -> Iterator[None]:
    """Answer errors of the service with the status that fits them."""
    try:
        yield
    except ProductNotFoundError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from error
    except ProductConflictError as error:
        raise HTTPException(status.HTTP_409_CONFLICT, str(error)) from error
    except ProductInvalidError as error:
        raise HTTPException(422, str(error)) from error


@router.post(
    "",
    response_model=ProductRead,
    status_code=status.HTTP_201_CREATED,
    responses=BAD_REQUEST | PRODUCT_CONFLICT | UNPROCESSABLE,
)
async def create_product(
    data: ProductCreate,
    request: Request,
    response: Response,
    session: Annotated[AsyncSession, Depends(get_session, scope="function")],
) -> Product:
    """Create a product."""
    with product_errors():
        product = await ProductService(session).create(data)
    response.headers["Location"] = f"{request.url.path.rstrip('/')}/{product.id}"
    return product


@router.get("", response_model=list[ProductRead], responses=UNPROCESSABLE)
async def read_products(
    query: Annotated[ProductListQuery, Query()],
    session: Annotated[AsyncSession, Depends(get_session, scope="function")],
) -> Sequence[Product]:
    """List products, a page at a time."""
    return await ProductService(session).find(query)


@router.get("/{product_id}", response_model=ProductRead, responses=PRODUCT_NOT_FOUND)
async def read_product(
    product_id: ProductId, session: Annotated[AsyncSession, Depends(get_session, scope="function")]
) -> Product:
    """Get a product."""
    with product_errors():
        return await ProductService(session).get(product_id)


@router.patch(
    "/{product_id}",
    response_model=ProductRead,
    responses=BAD_REQUEST | PRODUCT_NOT_FOUND | PRODUCT_CONFLICT | UNPROCESSABLE,
)
async def update_product(
    product_id: ProductId,
    data: ProductUpdate,
    session: Annotated[AsyncSession, Depends(get_session, scope="function")],
) -> Product:
    """Change the fields of a product that are sent."""
    with product_errors():
        return await ProductService(session).update(product_id, data)


@router.put(
    "/{product_id}",
    response_model=ProductRead,
    responses=BAD_REQUEST | PRODUCT_NOT_FOUND | PRODUCT_CONFLICT | UNPROCESSABLE,
)
async def replace_product(
    product_id: ProductId,
    data: ProductCreate,
    session: Annotated[AsyncSession, Depends(get_session, scope="function")],
) -> Product:
    """Replace all fields of a product."""
    with product_errors():
        return await ProductService(session).replace(product_id, data)


@router.delete(
    "/{product_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=PRODUCT_NOT_FOUND | PRODUCT_CONFLICT,
)
async def delete_product(
    product_id: ProductId, session: Annotated[AsyncSession, Depends(get_session, scope="function")]
) -> None:
    """Delete a product."""
    with product_errors():
        await ProductService(session).delete(product_id)

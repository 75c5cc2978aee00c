"""The HTTP interface of products."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response, status

from app.api.deps import SessionDep
from app.models.product import Product
from app.schemas.common import BAD_REQUEST, UNPROCESSABLE
from app.schemas.product import (
    ProductCreate,
    ProductListQuery,
    ProductRead,
    ProductUpdate,
)
from app.services.product import (
    ProductConflictError,
    ProductInvalidError,
    ProductNotFoundError,
    ProductService,
)

router = APIRouter()
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
            "application/json": {
                "example": {"detail": "The product clashes with what is stored"}
            }
        },
    }
}
ProductId = Annotated[UUID, Path(description="Id of the product.")]


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
    data: ProductCreate, request: Request, response: Response, session: SessionDep
) -> Product:
    """Create a product."""
    with product_errors():
        product = await ProductService(session).create(data)
    response.headers["Location"] = f"{request.url.path.rstrip('/')}/{product.id}"
    return product


@router.get("", response_model=list[ProductRead], responses=UNPROCESSABLE)
async def read_products(
    query: Annotated[ProductListQuery, Query()], session: SessionDep
) -> Sequence[Product]:
    """List products, a page at a time."""
    return await ProductService(session).find(query)


@router.get("/{product_id}", response_model=ProductRead, responses=PRODUCT_NOT_FOUND)
async def read_product(product_id: ProductId, session: SessionDep) -> Product:
    """Get a product."""
    with product_errors():
        return await ProductService(session).get(product_id)


@router.patch(
    "/{product_id}",
    response_model=ProductRead,
    responses=BAD_REQUEST | PRODUCT_NOT_FOUND | PRODUCT_CONFLICT | UNPROCESSABLE,
)
async def update_product(
    product_id: ProductId, data: ProductUpdate, session: SessionDep
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
    product_id: ProductId, data: ProductCreate, session: SessionDep
) -> Product:
    """Replace all fields of a product."""
    with product_errors():
        return await ProductService(session).replace(product_id, data)


@router.delete(
    "/{product_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=PRODUCT_NOT_FOUND | PRODUCT_CONFLICT,
)
async def delete_product(product_id: ProductId, session: SessionDep) -> None:
    """Delete a product."""
    with product_errors():
        await ProductService(session).delete(product_id)

"""The HTTP interface of products."""

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
from models import Product
from schemas import (
    BAD_REQUEST,
    UNPROCESSABLE,
    ProductCreate,
    ProductListQuery,
    ProductRead,
    ProductUpdate,
)
from services import ProductConflictError, ProductInvalidError, ProductNotFoundError

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
            "application/json": {
                "example": {"detail": "The product clashes with what is stored"}
            }
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
    "/",
    response_model=ProductRead,
    status_code=status.HTTP_201_CREATED,
    responses=BAD_REQUEST | PRODUCT_CONFLICT | UNPROCESSABLE,
)
def create_product(
    data: ProductCreate,
    request: Request,
    response: Response,
    db: Session = Depends(get_db),
) -> Product:
    """Create a product."""
    with product_errors():
        product = services.create_product(db, data)
    response.headers["Location"] = f"{request.url.path.rstrip('/')}/{product.id}"
    return product


@router.get("/", response_model=list[ProductRead], responses=UNPROCESSABLE)
def read_products(
    query: Annotated[ProductListQuery, Query()], db: Session = Depends(get_db)
) -> Sequence[Product]:
    """List products, a page at a time."""
    return services.read_products(db, query)


@router.get("/{product_id}", response_model=ProductRead, responses=PRODUCT_NOT_FOUND)
def read_product(product_id: ProductId, db: Session = Depends(get_db)) -> Product:
    """Get a product."""
    with product_errors():
        return services.read_product(db, product_id)


@router.patch(
    "/{product_id}",
    response_model=ProductRead,
    responses=BAD_REQUEST | PRODUCT_NOT_FOUND | PRODUCT_CONFLICT | UNPROCESSABLE,
)
def update_product(
    product_id: ProductId, data: ProductUpdate, db: Session = Depends(get_db)
) -> Product:
    """Change the fields of a product that are sent."""
    with product_errors():
        return services.update_product(db, product_id, data)


@router.put(
    "/{product_id}",
    response_model=ProductRead,
    responses=BAD_REQUEST | PRODUCT_NOT_FOUND | PRODUCT_CONFLICT | UNPROCESSABLE,
)
def replace_product(
    product_id: ProductId, data: ProductCreate, db: Session = Depends(get_db)
) -> Product:
    """Replace all fields of a product."""
    with product_errors():
        return services.replace_product(db, product_id, data)


@router.delete(
    "/{product_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=PRODUCT_NOT_FOUND | PRODUCT_CONFLICT,
)
def delete_product(product_id: ProductId, db: Session = Depends(get_db)) -> None:
    """Delete a product."""
    with product_errors():
        services.delete_product(db, product_id)

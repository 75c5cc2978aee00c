"""What the API takes and gives for products."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.models.product import ProductStatus
from app.schemas.common import (
    NO_NUL,
    FixedPoint,
    RequestModel,
    UTCMoment,
    split_commas,
    unset,
)

ProductName = Annotated[
    str, Field(max_length=120, pattern=NO_NUL, examples=["Blue lamp"])
]
ProductSku = Annotated[str, Field(max_length=32, pattern=NO_NUL, examples=["LAMP-01"])]
ProductPrice = Annotated[Decimal, Field(examples=["19.90"]), FixedPoint(12, 2, ge=0)]
ProductStatusField = Annotated[ProductStatus, Field(examples=["draft"])]
ProductNote = Annotated[str, Field(pattern=NO_NUL, examples=["Handle with care."])]
ProductActive = Annotated[bool, Field(strict=True, examples=[True])]


class ProductCreate(RequestModel):
    """A product to be created, or to take the place of another."""

    name: ProductName
    sku: ProductSku
    price: ProductPrice
    status: ProductStatusField = Field(default=ProductStatus.DRAFT)
    note: ProductNote | None = None
    active: ProductActive = Field(default=True)


class ProductUpdate(RequestModel):
    """The fields of a product to change; the others stay as they are."""

    name: ProductName = Field(default_factory=unset)
    sku: ProductSku = Field(default_factory=unset)
    price: ProductPrice = Field(default_factory=unset)
    status: ProductStatusField = Field(default_factory=unset)
    note: ProductNote | None = Field(default_factory=unset)
    active: ProductActive = Field(default_factory=unset)


class ProductRead(BaseModel):
    """A product as it is served."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                    "name": "Blue lamp",
                    "sku": "LAMP-01",
                    "price": "19.90",
                    "status": "draft",
                    "note": "Handle with care.",
                    "active": True,
                    "created_at": "2026-01-31T08:30:00Z",
                    "updated_at": "2026-01-31T08:30:00Z",
                }
            ]
        },
    )

    id: UUID
    name: str
    sku: str
    price: Decimal
    status: ProductStatus
    note: str | None
    active: bool
    created_at: UTCMoment
    updated_at: datetime


class ProductListQuery(RequestModel):
    """The query parameters of the list of products."""

    limit: Annotated[
        int, Field(ge=1, le=100, description="How many to answer at most.")
    ] = 50
    offset: Annotated[
        int, Field(ge=0, le=2147483647, description="How many to skip.")
    ] = 0
    price: Annotated[Decimal, FixedPoint(12, 2)] = Field(default_factory=unset)
    price__in: Annotated[
        list[Annotated[Decimal, FixedPoint(12, 2)]], BeforeValidator(split_commas)
    ] = Field(default_factory=unset, description="One of several, separated by commas.")
    price__ge: Annotated[Decimal, FixedPoint(12, 2)] = Field(default_factory=unset)
    price__gt: Annotated[Decimal, FixedPoint(12, 2)] = Field(default_factory=unset)
    price__le: Annotated[Decimal, FixedPoint(12, 2)] = Field(default_factory=unset)
    price__lt: Annotated[Decimal, FixedPoint(12, 2)] = Field(default_factory=unset)
    status: ProductStatus = Field(default_factory=unset)
    status__in: Annotated[list[ProductStatus], BeforeValidator(split_commas)] = Field(
        default_factory=unset, description="One of several, separated by commas."
    )
    q: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)] = Field(
        default_factory=unset, description="Text to look for in name."
    )
    sort: Annotated[list[Literal["name", "-name"]], BeforeValidator(split_commas)] = (
        Field(
            default_factory=unset,
            description="Fields to order by; a minus sign reverses one.",
        )
    )

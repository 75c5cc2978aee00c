"""What the API takes and gives for products."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.models.product import ProductStatus
from app.schemas.common import NO_NUL, FixedPoint, RequestModel, split_commas, unset

ProductName = Annotated[str, Field(max_length=120, pattern=NO_NUL, examples=["Blue lamp"])]
ProductPrice = Annotated[Decimal, Field(examples=["19.90"]), FixedPoint(12, 2, ge=0)]
ProductStatusField = Annotated[ProductStatus, Field(examples=["draft"])]


class ProductCreate(RequestModel):
    """A product to be created, or to take the place of another."""

    name: ProductName
    price: ProductPrice
    status: ProductStatusField = Field(default=ProductStatus.DRAFT)


class ProductUpdate(RequestModel):
    """The fields of a product to change; the others stay as they are."""

    name: ProductName = Field(default_factory=unset)
    price: ProductPrice = Field(default_factory=unset)
    status: ProductStatusField = Field(default_factory=unset)


class ProductRead(BaseModel):
    """A product as it is served."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [{"id": 1, "name": "Blue lamp", "price": "19.90", "status": "draft"}]
        },
    )

    id: int
    name: str
    price: Decimal
    status: ProductStatus


class ProductListQuery(RequestModel):
    """The query parameters of the list of products."""

    limit: Annotated[int, Field(ge=1, le=100, description="How many to answer at most.")] = 50
    offset: Annotated[int, Field(ge=0, le=2147483647, description="How many to skip.")] = 0
    status: ProductStatus = Field(default_factory=unset)
    status__in: Annotated[list[ProductStatus], BeforeValidator(split_commas)] = Field(
        default_factory=unset, description="One of several, separated by commas."
    )
    q: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)] = Field(
        default_factory=unset, description="Text to look for in name."
    )
    sort: Annotated[list[Literal["name", "-name"]], BeforeValidator(split_commas)] = Field(
        default_factory=unset, description="Fields to order by; a minus sign reverses one."
    )

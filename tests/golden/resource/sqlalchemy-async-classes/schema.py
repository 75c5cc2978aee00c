"""What the API takes and gives for products."""

import json
from collections.abc import Callable
from decimal import Context, Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from app.models.product import ProductStatus

NO_NUL = r"^[^\x00]*$"


def unset() -> Any:
    """Stand in for a value that was not sent."""
    return None


def strict_json(body: Any) -> Any:
    """Let a body pass if it can be written as JSON again, which NaN and lone surrogates cannot."""
    try:
        json.dumps(body, allow_nan=False, ensure_ascii=False).encode()
    except TypeError:  # Python's own values, which never came as JSON.
        return body
    except ValueError:
        return "not JSON"
    return body


def scaled(places: int) -> Callable[[Decimal], Decimal]:
    """Write a decimal with all its places, as it is read back."""
    unit = Decimal(1).scaleb(-places)

    def scale(value: Decimal) -> Decimal:
        exact = value.quantize(unit, context=Context(prec=1000))
        return exact if exact else abs(exact)

    return scale


def split_commas(value: Any) -> Any:
    """Take ``a,b`` for two values, as ``a`` and ``b`` given one by one."""
    if not isinstance(value, list):
        return value
    return [
        part for item in value for part in (item.split(",") if isinstance(item, str) else [item])
    ]


ProductName = Annotated[str, Field(max_length=120, pattern=NO_NUL, examples=["Name alpha"])]
ProductPrice = Annotated[
    Decimal,
    Field(max_digits=12, decimal_places=2, ge=0),
    AfterValidator(scaled(2)),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^\d{1,10}(\.\d{1,2})?$"},
                {"type": "number", "minimum": 0.0, "maximum": 9999999999.99, "multipleOf": 0.01},
            ]
        }
    ),
    Field(examples=["10.00"]),
]
ProductStatusField = Annotated[ProductStatus, Field(examples=["draft"])]


class ProductCreate(BaseModel):
    """A product to be created, or to take the place of another."""

    model_config = ConfigDict(extra="forbid")

    name: ProductName
    price: ProductPrice
    status: ProductStatusField = ProductStatus.DRAFT

    @model_validator(mode="before")
    @classmethod
    def check_json(cls, body: Any) -> Any:
        """Refuse what is no JSON."""
        return strict_json(body)


class ProductUpdate(BaseModel):
    """The fields of a product to change; the others stay as they are."""

    model_config = ConfigDict(extra="forbid")

    name: ProductName = Field(default_factory=unset)
    price: ProductPrice = Field(default_factory=unset)
    status: ProductStatusField = Field(default_factory=unset)

    @model_validator(mode="before")
    @classmethod
    def check_json(cls, body: Any) -> Any:
        """Refuse what is no JSON."""
        return strict_json(body)


class ProductRead(BaseModel):
    """A product as it is served."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [{"id": 1, "name": "Name alpha", "price": "10.00", "status": "draft"}]
        },
    )

    id: int
    name: str
    price: Decimal
    status: ProductStatus


class ProductListQuery(BaseModel):
    """The query parameters of the list of products."""

    model_config = ConfigDict(extra="forbid")

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

import json
import operator
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from models import ProductStatus


class PostBase(BaseModel):
    title: str
    body: str


class PostCreate(PostBase):
    pass


class Post(PostBase):
    id: int
    author_id: int

    model_config = ConfigDict(from_attributes=True)


class UserBase(BaseModel):
    email: EmailStr
    name: str


class UserCreate(UserBase):
    pass


class User(UserBase):
    id: int
    is_active: bool
    posts: list[Post] = []

    model_config = ConfigDict(from_attributes=True)


NO_NUL = r"^[^\x00]*$"
BAD_REQUEST: dict[int | str, dict[str, Any]] = {
    400: {
        "description": "The body cannot be read",
        "content": {
            "application/json": {
                "example": {"detail": "There was an error parsing the body"}
            }
        },
    }
}
UNPROCESSABLE: dict[int | str, dict[str, Any]] = {
    422: {
        "description": "Validation Error",
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/HTTPValidationError"},
                "example": {
                    "detail": [
                        {
                            "type": "missing",
                            "loc": ["body", "field"],
                            "msg": "Field required",
                            "input": {},
                        }
                    ]
                },
            }
        },
    }
}


class RequestModel(BaseModel):
    """What a client sends: JSON, without unknown fields."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def check_json(cls, data: Any) -> Any:
        """Refuse NaN and lone surrogates: no answer could repeat them."""
        try:
            json.dumps(data, allow_nan=False, ensure_ascii=False).encode()
        except TypeError:  # Python's own values, which never came as JSON.
            return data
        except ValueError:
            return "not JSON"
        return data


def unset() -> Any:
    """Stand in for a value that was not sent."""
    return None


@dataclass(frozen=True)
class FixedPoint:
    """A decimal as its column keeps it: so many digits, so many behind the point."""

    digits: int
    places: int
    ge: int | Decimal | None = None
    gt: int | Decimal | None = None
    le: int | Decimal | None = None
    lt: int | Decimal | None = None

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check the digits, then the limits."""
        number = core_schema.decimal_schema(
            max_digits=self.digits, decimal_places=self.places
        )
        limited = core_schema.no_info_after_validator_function(
            self.within_limits, number
        )
        return core_schema.no_info_after_validator_function(
            self.with_all_places, limited
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe it: a string, which is exact, or a number."""
        whole, step = self.digits - self.places, Decimal(1).scaleb(-self.places)
        most = float(10**whole - step)
        number: dict[str, Any] = {
            "type": "number",
            "minimum": -most,
            "maximum": most,
            "multipleOf": float(step),
        }
        limits = {
            "minimum": self.ge,
            "exclusiveMinimum": self.gt,
            "maximum": self.le,
            "exclusiveMaximum": self.lt,
        }
        number |= {
            keyword: float(limit)
            for keyword, limit in limits.items()
            if limit is not None
        }
        least = self.ge if self.ge is not None else self.gt
        sign = "-?" if least is None or least < 0 else ""
        fraction = rf"(\.\d{{1,{self.places}}})?" if self.places else ""
        text = rf"^{sign}\d{{1,{max(whole, 1)}}}{fraction}$"
        return {"anyOf": [number, {"type": "string", "pattern": text}]}

    def within_limits(self, value: Decimal) -> Decimal:
        """Check the limits; what the error tells of them can be written as JSON."""
        checks = (
            (self.ge, operator.ge, "greater than or equal to"),
            (self.gt, operator.gt, "greater than"),
            (self.le, operator.le, "less than or equal to"),
            (self.lt, operator.lt, "less than"),
        )
        for limit, holds, words in checks:
            if limit is not None and not holds(value, limit):
                told = {"than": words, "limit": str(limit)}
                raise PydanticCustomError(
                    "decimal_limit", "must be {than} {limit}", told
                )
        return value

    def with_all_places(self, value: Decimal) -> Decimal:
        """Write a decimal as it is read back."""
        exact = value.quantize(
            Decimal(1).scaleb(-self.places), context=Context(prec=1000)
        )
        return exact or abs(exact)


def split_commas(value: Any) -> Any:
    """Take ``a,b`` for two values, as ``a`` and ``b`` given one by one."""
    if not isinstance(value, list):
        return value
    return [
        part
        for item in value
        for part in (item.split(",") if isinstance(item, str) else [item])
    ]


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
                    "id": 1,
                    "name": "Blue lamp",
                    "sku": "LAMP-01",
                    "price": "19.90",
                    "status": "draft",
                    "note": "Handle with care.",
                    "active": True,
                }
            ]
        },
    )

    id: int
    name: str
    sku: str
    price: Decimal
    status: ProductStatus
    note: str | None
    active: bool


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


def json_number(value: Any) -> Any:
    """Refuse text and truth values that would pass for numbers."""
    if isinstance(value, (str, bool)):
        raise PydanticCustomError("json_number", "must be a number")
    return value


ReviewStars = Annotated[
    int, Field(ge=1, le=5, examples=[1]), BeforeValidator(json_number)
]


class ReviewCreate(RequestModel):
    """A review to be created, or to take the place of another."""

    stars: ReviewStars
    product_id: Annotated[
        int, Field(ge=0, le=2147483647, examples=[1]), BeforeValidator(json_number)
    ]


class ReviewUpdate(RequestModel):
    """The fields of a review to change; the others stay as they are."""

    stars: ReviewStars = Field(default_factory=unset)
    product_id: Annotated[
        int, Field(ge=0, le=2147483647, examples=[1]), BeforeValidator(json_number)
    ] = Field(default_factory=unset)


class ReviewRead(BaseModel):
    """A review as it is served."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={"examples": [{"id": 1, "stars": 1, "product_id": 1}]},
    )

    id: int
    stars: int
    product_id: int


class ReviewListQuery(RequestModel):
    """The query parameters of the list of reviews."""

    limit: Annotated[
        int, Field(ge=1, le=100, description="How many to answer at most.")
    ] = 50
    offset: Annotated[
        int, Field(ge=0, le=2147483647, description="How many to skip.")
    ] = 0

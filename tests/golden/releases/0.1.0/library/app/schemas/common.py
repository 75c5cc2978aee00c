"""What the schemas and routers of all resources share."""

import json
import operator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

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


def as_utc(value: datetime) -> datetime:
    """Give a point in time without a time zone that of the database, UTC."""
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


UTCMoment = Annotated[datetime, AfterValidator(as_utc)]


def split_commas(value: Any) -> Any:
    """Take ``a,b`` for two values, as ``a`` and ``b`` given one by one."""
    if not isinstance(value, list):
        return value
    return [
        part
        for item in value
        for part in (item.split(",") if isinstance(item, str) else [item])
    ]


def json_number(value: Any) -> Any:
    """Refuse text and truth values that would pass for numbers."""
    if isinstance(value, (str, bool)):
        raise PydanticCustomError("json_number", "must be a number")
    return value

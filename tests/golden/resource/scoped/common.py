"""What the schemas and routers of all resources share."""

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

NO_NUL = r"^[^\x00]*$"
BAD_REQUEST: dict[int | str, dict[str, Any]] = {
    400: {
        "description": "The body cannot be read",
        "content": {
            "application/json": {"example": {"detail": "There was an error parsing the body"}}
        },
    }
}
UNAUTHORIZED: dict[int | str, dict[str, Any]] = {
    401: {
        "description": "Not signed in",
        "content": {"application/json": {"example": {"detail": "Not authenticated"}}},
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


def json_number(value: Any) -> Any:
    """Refuse text and truth values that would pass for numbers."""
    if isinstance(value, (str, bool)):
        raise PydanticCustomError("json_number", "must be a number")
    return value

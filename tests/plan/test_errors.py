"""What the shared schema words say of wrong values can be written as JSON as it is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from fastarch.plan.render import render_resource
from tests.plan.shapes import SHAPES, homes
from tests.plan.test_render import RICH, targets

CASES = [
    ("Annotated[Decimal, FixedPoint(6, 2, ge=0)]", "-0.01", "greater than or equal to 0"),
    ("Annotated[Decimal, FixedPoint(6, 2, gt=Decimal('0.5'))]", 0.5, "greater than 0.5"),
    ("Annotated[Decimal, FixedPoint(6, 2, le=9)]", 9.01, "less than or equal to 9"),
    ("Annotated[Decimal, FixedPoint(6, 2, lt=9)]", 9, "less than 9"),
    ("Annotated[Decimal, FixedPoint(6, 2)]", "1.234", "decimal places"),
    ("Annotated[Decimal, FixedPoint(6, 2)]", "x", "decimal"),
    ("Annotated[int, BeforeValidator(json_number)]", True, "a number"),
    ("Annotated[str, AfterValidator(without_nul)]", "\0", "NUL"),
    ("Annotated[datetime, AfterValidator(in_utc)]", "0001-01-01T00:00:00+14:00", "years"),
    ("Annotated[datetime, BeforeValidator(iso_datetime)]", 5, "ISO 8601"),
    ("Json", ["\0"], "NUL"),
    ("Base64", "?", "Base64"),
    ("Base64", "ä", "Base64"),
]


@pytest.fixture(scope="module")
def words() -> Iterator[dict[str, Any]]:
    shape = SHAPES["sqlalchemy sync classes"]
    texts = render_resource(RICH, shape, homes(RICH.name), targets(RICH, shape))
    module = ModuleType("shared_words")
    sys.modules[module.__name__] = module
    exec(compile(texts["common"], "common.py", "exec"), module.__dict__)
    yield module.__dict__
    del sys.modules[module.__name__]


@pytest.mark.parametrize(("type_", "value", "said"), CASES)
def test_json(words: dict[str, Any], type_: str, value: object, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(eval(type_, words)).validate_python(value)
    assert said in json.dumps(caught.value.errors(include_url=False))


@pytest.mark.parametrize("value", ["0", 0, "0.00", "8.99"])
def test_limits_that_hold(words: dict[str, Any], value: object) -> None:
    kept = TypeAdapter(eval("Annotated[Decimal, FixedPoint(6, 2, ge=0, lt=9)]", words))
    assert str(kept.validate_python(value)) in {"0.00", "8.99"}

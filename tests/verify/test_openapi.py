"""Documents before and after: what counts as new, as moved, as gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fastarch.errors import VerificationError
from fastarch.verify.openapi import Document, compare, operations


def document(paths: dict[str, list[str]], size: int = 1) -> dict[str, Any]:
    """A document whose operations refer to one schema."""
    answer = {"schema": {"$ref": "#/components/schemas/Item"}}
    return {
        "paths": {
            path: {method: {"responses": {"200": answer}} for method in methods}
            for path, methods in paths.items()
        },
        "components": {
            "schemas": {
                "Item": {"properties": {"next": {"$ref": "#/components/schemas/Item"}}, "max": size}
            }
        },
    }


OLD = document({"/users": ["get", "post", "parameters"]})
NEW = document({"/users": ["get", "post"], "/products/{product_id}": ["get"]})


def told(
    before: Document,
    *reads: Document,
    expected: tuple[str, ...] = (),
    gone: tuple[str, ...] = (),
) -> list[str]:
    """The messages of a comparison."""
    answers: Iterator[Document] = iter(reads)
    last = reads[-1]
    try:
        compare(before, lambda: next(answers, last), expected, gone)
    except VerificationError as error:
        return [problem.message for problem in error.problems]
    return []


def test_an_operation_says_its_schemas_too() -> None:
    assert set(operations(OLD)) == {"GET /users", "POST /users"}
    assert '"max": 1' in operations(OLD)["GET /users"]


@pytest.mark.parametrize(
    ("before", "reads", "expected", "gone", "messages"),
    [
        (OLD, [OLD], (), (), []),
        (OLD, [NEW], ("GET /products/{id}",), (), []),
        (OLD, [OLD], ("GET /products/{id}",), (), ["GET /products/{id} is new and not served."]),
        (NEW, [OLD], (), ("GET /products/{id}",), []),
        (
            NEW,
            [OLD],
            (),
            (),
            ["GET /products/{product_id} was served before and no longer is."],
        ),
        (NEW, [NEW], (), ("GET /products/{id}",), ["GET /products/{product_id} is still served."]),
        (
            OLD,
            [document({"/users": ["get", "post"]}, size=2)],
            (),
            (),
            [
                "GET /users is described in another way than before.",
                "POST /users is described in another way than before.",
            ],
        ),
        # A default that is the time of day is another at each import.
        (
            OLD,
            [document({"/users": ["get", "post"]}, 2), document({"/users": ["get", "post"]}, 3)],
            (),
            (),
            [],
        ),
    ],
)
def test_comparison(
    before: Document,
    reads: list[Document],
    expected: tuple[str, ...],
    gone: tuple[str, ...],
    messages: list[str],
) -> None:
    assert told(before, *reads, expected=expected, gone=gone) == messages


def test_a_reference_to_nothing_is_no_failure() -> None:
    body = {"$ref": "#/components/schemas/Item/deep"}
    assert operations({"paths": {"/": {"get": body}}, "components": {"schemas": {"Item": 1}}})

"""What pins allow."""

from __future__ import annotations

import pytest

from fastarch.plan.pins import always_before, may_be_before


@pytest.mark.parametrize(
    ("pin", "old"),
    [
        (None, False), ("", False), ("*", False),
        ("==0.108.0", True), ("0.108.0", True), ("==0.115.0", False), ("0.115.6", False),
        ("==0.114.*", True), ("==0.115.*", False), ("0.109", True),
        ("^0.109.1", True), ("^0.114", True), ("^0.115.0", False), ("^1.0", False), ("^0", False),
        ("~=0.109.1", True), ("~=0.109", False), ("~0.109.1", True), ("~0.115", False),
        (">=0.100", False), (">=0.100,<0.112", True), (">=0.100,<1.0.0", False),
        ("<0.115", True), ("<0.115.0", True), ("<=0.115.0", False), ("<=0.114.2", True),
        (">=0.110, <0.115", True), ("!=0.110.0", False), (">0.100", False), ("git+https", False),
    ],
)  # fmt: skip
def test_before_query_models(pin: str | None, old: bool) -> None:
    assert always_before(pin, (0, 115)) is old


@pytest.mark.parametrize(
    ("pin", "older"),
    [
        (None, False), ("", False), ("*", False), ("git+https", False),
        (">=0.115", True), ("^0.115", True), ("==0.120.4", True), ("<1.0", True), ("!=0.122", True),
        (">=0.121", False), ("==0.121.0", False), ("~=0.122.1", False), ("0.121", False),
        (">0.121", False), (">=0.115,!=0.121.0", True), (">=0.121,<1", False), ("^1.0", False),
    ],
)  # fmt: skip
def test_older_than_what_is_written(pin: str | None, older: bool) -> None:
    assert may_be_before(pin, (0, 121)) is older

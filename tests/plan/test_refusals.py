"""Apps whose pins are too old for what is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastarch.errors import NotUnderstoodError
from fastarch.plan.refusals import require_servable
from tests.plan.shapes import profile


@pytest.mark.parametrize(
    ("package", "pin", "served"),
    [
        ("fastapi", "<0.100", False), ("fastapi", "==0.95.2", False), ("fastapi", "0.100.1", True),
        ("pydantic", "^1.10", False), ("pydantic", ">=1.8,<2", False), ("pydantic", "2.3.0", False),
        ("pydantic", "==2.4.2", True), ("pydantic", "^2.0", True), ("pydantic", ">=1.10", True),
        ("sqlalchemy", "~=1.4.0", False), ("sqlalchemy", "<2", False), ("sqlalchemy", "2.0.0", True),
    ],
)  # fmt: skip
def test_pins(package: str, pin: str, served: bool) -> None:
    app = replace(profile(), versions={package: pin})
    if served:
        require_servable(app)
        return
    with pytest.raises(NotUnderstoodError, match=f"uses {package} "):
        require_servable(app)

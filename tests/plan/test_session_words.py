"""How new code takes its session."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastarch.plan.session_words import late_commit, session_parameter
from tests.plan.shapes import profile


@pytest.mark.parametrize(
    ("commits", "pin", "late", "told"),
    [
        ("dependency", ">=0.115", True, True), ("dependency", ">=0.121", True, False),
        ("dependency", "<0.116", False, False), ("caller", ">=0.115", False, False),
    ],
)  # fmt: skip
def test_a_dependency_that_commits(commits: str, pin: str, late: bool, told: bool) -> None:
    app = replace(profile(commits=commits), versions={"fastapi": pin})
    assert ('scope="function"' in session_parameter(app)) is late
    assert bool(list(late_commit(app))) is told

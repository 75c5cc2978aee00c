"""How new code takes its session."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fastarch.discover.symbols import Import
from fastarch.plan.session_words import late_commit, provider_in_tests, session_parameter
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


@pytest.mark.parametrize(
    ("name", "alias", "said"),
    [
        ("get_db", None, "get_db"),
        ("session", "app_session", "app_session"),
        ("database.session", "app_database", "app_database.session"),
    ],
)
def test_what_tests_override_hides_behind_nothing_of_theirs(
    name: str, alias: str | None, said: str
) -> None:
    session = profile().session
    assert session is not None
    session = replace(session, provider=replace(session.provider, name=name))
    imported = Import(session.provider.module, name.partition(".")[0], alias)
    assert provider_in_tests(session) == (imported, said)

"""``add auth session``: sessions in cookies."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.auth.apps import app_with, code_of, library_with, outcome, without
from tests.workflow.shop import run, tree

TEST = "test_auth_session.py"


def test_there_are_users_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ())
    before = tree(root)

    result = run("add", "auth", "session", code=2)
    assert "fastarch add auth jwt" in result.output
    assert tree(root) == before


def test_hand_edits_survive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ("jwt",))
    guard, routes = root / "app/api/current_user.py", root / "app/api/routes/auth.py"
    guard.write_text(guard.read_text().replace("Who sends a request, and", "Who asks, and"))
    routes.write_text(
        routes.read_text() + '\n\n@router.get("/ping")\nasync def ping() -> None: ...\n'
    )
    run("add", "auth", "session")

    assert guard.read_text().startswith('"""Who asks, and')
    assert "SESSION_COOKIE" in guard.read_text()
    assert "def ping()" in routes.read_text()
    assert "include_router(cookie_session_router)" in routes.read_text()
    assert outcome(root, TEST).returncode == 0


def test_a_hand_edit_that_disagrees_stops_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ("jwt",))
    guard = root / "app/api/current_user.py"
    text = guard.read_text()
    start = text.index("async def get_principal(")
    end = text.index("def not_authenticated")
    guard.write_text(text[:start] + text[end:])
    before = tree(root)

    run("add", "auth", "session", code=4)
    assert tree(root) == before


def test_without_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ("jwt", "session --no-tests"))

    assert not any(path.endswith(TEST) for path in code_of(root))


def test_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain HTTP is for those who ask for it."""
    root = app_with(monkeypatch, tmp_path, "library", ("jwt", "session"))

    config = (root / "app/core/config.py").read_text()
    assert "auth_cookie_secure: bool = True" in config
    assert "auth_trusted_origins: list[str] = Field(default_factory=list)" in config
    assert "alembic/versions/0003" not in " ".join(code_of(root))


DEFENCES = [
    ("current_user.py", "is_own = site", "is_own = True or site", "other_sites_change_nothing"),
    ("current_user.py", "site is None and origin == own", "site is None", "other_sites_change"),
    ("current_user.py", 'in ("same-origin", "none")', 'in ("same-origin", "same-site", "none")',
     "other_sites_change"),
    ("current_user.py", "(site is None and origin == own)", "origin == own", "other_sites_change"),
    ("current_user.py", "if request.method not in SAFE_METHODS:", "if False:", "other_sites_change"),
    ("current_user.py", "if token is None and cookie is not None:", "if cookie is not None:",
     "needs_no_origin or no_way_around"),
    ("cookie_sessions.py", "        require_same_origin(request)\n    with", "        pass\n    with",
     "sign_nobody_in"),
    ("cookie_sessions.py", "        require_same_origin(request)\n        await", "        await",
     "other_sites_change"),
    ("cookie_sessions.py", "httponly=True,\n        samesite", "httponly=False,\n        samesite",
     "not_for_scripts"),
    ("cookie_sessions.py", 'samesite="lax",\n    )', 'samesite="none",\n    )', "not_for_scripts"),
    ("cookie_sessions.py", "secure=settings.auth_cookie_secure,\n        httponly=True,\n",
     "httponly=True,\n", "not_for_scripts"),
    ("services/cookie_session.py", "await self._end(previous, now)", "pass", "ends_the_one_before"),
    ("services/cookie_session.py", "token = create_session_token(now)",
     "token = previous or create_session_token(now)", "planted"),
    ("services/cookie_session.py", "await self._end(token, datetime.now(UTC))", "pass", "sign_out"),
    ("services/cookie_session.py", 'hashlib.blake2b(text, digest_size=32, person=b"session")',
     "hashlib.sha256(text)", "of_one_kind"),
    ("services/cookie_session.py", 'hashlib.blake2b(text, digest_size=32, person=b"session")',
     'hashlib.sha256(b"session:" + text)', "of_one_kind"),
    ("services/cookie_session.py", "min(now + SESSION_IDLE, began + SESSION_LIFE)",
     "now + SESSION_IDLE", "for_ever"),
    ("services/cookie_session.py", "< session_deadline(token, now - SESSION_IDLE / 10)",
     "< session_deadline(token, now)", "one_statement"),
    ("repositories/cookie_session.py", "RefreshToken.expires_at > now,", "", "not_used"),
    ("repositories/cookie_session.py", "RefreshToken.revoked_at.is_(None),", "",
     "sign_out or new_password"),
    ("repositories/cookie_session.py", "User.is_active.is_(True),", "", "disabled"),
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library, which each test gives back as it was."""
    return library_with(tmp_path_factory, ("jwt", "session"))


def test_its_own_tests_pass(library: Path) -> None:
    """Without the other ways; beside them in test_ways."""
    result = outcome(library, TEST)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("file", "defence", "instead", "tests"), DEFENCES)
def test_each_defence_is_tested(
    library: Path, file: str, defence: str, instead: str, tests: str
) -> None:
    with without(library, file, defence, instead):
        result = outcome(library, TEST, "-k", tests)

    assert result.returncode == 1, result.stdout

"""``add auth email``: confirmed addresses, and new passwords by mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.auth.apps import app_with, code_of, library_with, outcome, without
from tests.workflow.shop import run, tree

TEST = "test_auth_mail.py"


def test_users_get_a_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ("jwt", "email"))

    model = (root / "app/models/user.py").read_text()
    assert "    email_verified_at: Mapped[datetime | None] = mapped_column(" in model
    (revision,) = root.glob("alembic/versions/*_add_email_verified_at_to_users.py")
    assert "op.add_column(" in revision.read_text()
    config = (root / "app/core/config.py").read_text()
    assert 'auth_link_url: str = "http://localhost:8000"' in config


USERS = '''"""The user model."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Account(Base):
    """Somebody."""

    __tablename__ = "users"

    {column}: Mapped[str] = mapped_column(String(120), unique=True)
    hashed_password: Mapped[str] = mapped_column(String(200))
'''


def with_users(monkeypatch: pytest.MonkeyPatch, folder: Path, column: str) -> Path:
    """The library with a user model of its own, whom people sign in as."""
    root = app_with(monkeypatch, folder, "library", ())
    (root / "app/models/user.py").write_text(USERS.format(column=column))
    package = root / "app/models/__init__.py"
    package.write_text(f"from app.models.user import Account as Account\n{package.read_text()}")
    run("add", "auth", "jwt")
    return root


def test_a_user_model_of_the_apps_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = with_users(monkeypatch, tmp_path, "email")
    before = tree(root)
    run("add", "auth", "email")

    assert "email_verified_at: Mapped[" in (root / "app/models/user.py").read_text()
    result = outcome(root, TEST)
    assert result.returncode == 0, result.stdout
    run("undo")
    assert tree(root) == before


def test_people_who_sign_in_by_a_name_get_no_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = with_users(monkeypatch, tmp_path, "username")
    before = tree(root)

    result = run("add", "auth", "email", code=3)
    assert "Account.username" in result.output
    assert tree(root) == before


def test_there_are_users_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ())
    before = tree(root)

    result = run("add", "auth", "email", code=2)
    assert "fastarch add auth jwt" in result.output
    assert tree(root) == before


def test_without_tests_and_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ("jwt",))
    result = run("add", "auth", "email", "--no-tests", "--no-migration")

    assert "ALTER TABLE users ADD COLUMN email_verified_at" in " ".join(result.output.split())
    assert not any(path.endswith((TEST, "to_users.py")) for path in code_of(root))


DEFENCES = [
    ("core/security.py", 'if claims["typ"] != purpose:', "if False:", "their_purpose_alone"),
    ("core/security.py", '            audience=f"{settings.auth_audience}/{purpose}",\n',
     '            audience=jwt.decode(token, options={"verify_signature": False}).get("aud"),\n',
     "their_purpose_alone"),
    ("core/security.py",
     'algorithms=[KEYS.algorithm],\n            issuer=settings.auth_issuer,\n            audience=f"',
     'algorithms=["HS256", "HS512"],\n            issuer=settings.auth_issuer,\n            audience=f"',
     "another_key"),
    ("repositories/account_mail.py", "                User.email_verified_at.is_(None),\n", "",
     "good_for_once"),
    ("repositories/account_mail.py", "                User.password_hash == old,\n", "",
     "two_at_once"),
    ("services/account_mail.py", "or claims.state != state_of(user.password_hash)", "",
     "good_for_once or ends_links"),
    ("services/account_mail.py", "        await self.auth.revoke_sessions(claims.subject, now)\n", "",
     "ends_all_sessions"),
    ("services/account_mail.py", "        await attempt.check()\n        await attempt.fail()\n", "",
     "throttled"),
    ("services/account_mail.py", "mail_attempt(email.lower(), address)",
     'mail_attempt("", address)', "throttled"),
    ("services/account_mail.py", "if user is None or not user.is_active:", "if user is None:",
     "disabled"),
    ("services/account_mail.py", "type(error).__name__", "error", "cannot_be_sent"),
    ("routes/account_mails.py", "background.add_task(send_reset, mailer, account)",
     "send_reset(mailer, account)", "before_the_answer"),
    ("routes/account_mails.py", "background.add_task(send_verification, mailer, account)",
     "send_verification(mailer, account)", "before_the_answer"),
    ("core/throttle.py", '(MAILS_PER_ACCOUNT, account), ', "*(), ", "throttled_by_account"),
    ("core/throttle.py", ', *from_address(MAILS_PER_ADDRESS, address)', ",", "throttled_by_address"),
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library, which each test gives back as it was."""
    return library_with(tmp_path_factory, ("jwt", "email"))


def test_its_own_tests_pass(library: Path) -> None:
    """Without the other ways; beside them in test_ways."""
    result = outcome(library, TEST)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("file", "defence", "instead", "tests"), DEFENCES)
def test_each_defence_is_tested(
    library: Path, file: str, defence: str, instead: str, tests: str
) -> None:
    with without(library, f"/{file}", defence, instead):
        result = outcome(library, TEST, "-k", tests)

    assert result.returncode == 1, result.stdout

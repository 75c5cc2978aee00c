"""``add auth oauth2``: sign-in with another service."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.auth.apps import app_with, code_of, library_with, outcome, without, without_revisions
from tests.workflow.shop import run, run_json, tree

TEST = "test_auth_oauth2.py"
BOTH = ("jwt", "oauth2 google", "oauth2 github")


@pytest.mark.parametrize("example", ["library", "blog"])
def test_the_order_of_ways_is_all_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str
) -> None:
    first = app_with(monkeypatch, tmp_path / "1", example, ("jwt", "session", "oauth2 google"))
    second = app_with(monkeypatch, tmp_path / "2", example, ("jwt", "oauth2 google", "session"))

    assert without_revisions(first) == without_revisions(second)


def test_providers_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ("jwt",))
    before = tree(root)

    assert "google" in run("add", "auth", "oauth2", "myspace", code=2).output
    (error,) = run_json("add", "auth", "oauth2", "gogle", code=2)["errors"]
    assert error["message"].endswith("Did you mean 'google'?")
    assert tree(root) == before


def test_secrets_come_from_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ("jwt", "oauth2 oidc"))

    config = (root / "app/core/config.py").read_text()
    assert "auth_oidc_client_secret: SecretStr | None = None" in config
    assert 'auth_public_url: str = "http://localhost:8000"' in config
    assert "AUTH_OIDC_CLIENT_SECRET=\n" in (root / ".env.example").read_text()
    assert "google" not in config
    assert any(path.endswith("_create_oauth_accounts.py") for path in code_of(root))


DEFENCES = [
    ("services/oauth.py", "            await self.auth.revoke_sessions(user.id, datetime.now(UTC))\n", "",
     "links_a_user"),
    ("services/oauth.py", ".revoke_all(user.id, datetime.now(UTC))", ".list_of(user.id)",
     "links_a_user"),
    ("services/oauth.py", "ADDRESS.validate_python(said)", "str(said).lower()", "that_is_none"),
    ("services/oauth.py", "kept if kept.isascii() == said.isascii() else None", "kept",
     "that_is_none"),
    ("services/oauth.py", "not identity.subject or not is_text(identity.subject, 255)", "False",
     "subject"),
    ("oauth_client.py", " or not is_same(flow.state, state)", "", "answers_that_are_refused"),
    ("oauth_client.py", "flow.provider != provider or ", "", "flows_that or belongs_to_one"),
    ("oauth_client.py", 'options={"require": ["exp"]}', 'options={"verify_exp": False}', "none"),
    ("oauth_client.py", "audience=FLOW_AUDIENCE", 'audience=[FLOW_AUDIENCE, "other"]', "none"),
    ("oauth_client.py", 'code_challenge_method="S256"', "code_challenge_method=None", "way_to"),
    ("oauth_client.py", "code=code,\n            code_verifier=flow.verifier",
     'code=code,\n            code_verifier="x" * 43', "test_sign_in"),
    ("oauth_client.py", "audience=provider.client_id,\n", 'audience=["app", "other"],\n',
     "tokens_that_are_refused"),
    ("oauth_client.py", "issuer=provider.issuer,\n", "", "tokens_that_are_refused"),
    ("oauth_client.py", '["iss", "sub", "aud", "exp", "iat", "nonce"]', '["sub", "nonce"]',
     "tokens_that_are_refused"),
    ("oauth_client.py", "    if not is_same(nonce, claims[\"nonce\"]):", "    if False:",
     "tokens_that_are_refused"),
    ("oauth_client.py", 'claims.get("azp", None if is_for_several else provider.client_id)',
     "provider.client_id", "tokens_that_are_refused"),
    ("oauth_client.py", 'claims.get("email_verified") is True', "True", "links_nobody"),
    ("oauth_client.py", 'one["primary"] and one["verified"] is True', 'one["primary"]',
     "links_nobody"),
    ("oauth_client.py", '"follow_redirects": False', '"follow_redirects": True', "elsewhere"),
    ("oauth_client.py", 'if metadata["issuer"] != issuer:', "if False:", "that_is_another"),
    ("routes/oauth.py", "if next is not None and not is_next(next):", "if False:", "elsewhere"),
    ("routes/oauth.py", 'url.startswith("/") and not url.startswith("//")', "True", "elsewhere"),
    ("routes/oauth.py", '"\\\\" in url or not url.isprintable() or " " in url', "False",
     "elsewhere"),
    ("services/oauth.py", "            user.password_hash = LOCKED\n", "", "links_a_user"),
    ("services/oauth.py", "if not user.is_active:", "if False:", "disabled"),
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library, which each test gives back as it was."""
    return library_with(tmp_path_factory, (*BOTH, "api-key"))


def test_its_own_tests_pass(library: Path) -> None:
    """Without the other ways; beside them in test_ways."""
    result = outcome(library, TEST)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("file", "defence", "instead", "tests"), DEFENCES)
def test_each_defence_is_tested(
    library: Path, file: str, defence: str, instead: str, tests: str
) -> None:
    with without(library, file, defence, instead, once=False):
        result = outcome(library, TEST, "-k", tests)

    assert result.returncode == 1, result.stdout

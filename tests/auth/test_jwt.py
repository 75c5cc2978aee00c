"""``add auth jwt``: users who sign in, in every shape of app; its defences are in test_defences."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from fastarch.discover.discovery import discover
from fastarch.plan.blueprint import templates_folder
from fastarch.plan.render import environment as environment_of_templates
from tests.auth.apps import app_with, code_of, find, outcome, without_revisions
from tests.workflow.shop import environment, run, run_json, tree

EXAMPLES = ("library", "clinic", "helpdesk", "blog", "inventory", "hello", "notes")
TEST = "test_auth.py"


@pytest.mark.parametrize("example", EXAMPLES)
def test_its_own_tests_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str) -> None:
    root = app_with(monkeypatch, tmp_path, example, ("jwt",))

    result = outcome(root, TEST)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("example", EXAMPLES)
def test_there_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str) -> None:
    root = app_with(monkeypatch, tmp_path, example, ())
    before = tree(root)
    run("add", "auth", "jwt")
    made = tree(root)

    assert "Nothing to do" in run("add", "auth", "jwt").stdout
    run("check")
    assert tree(root) == made
    run("undo")
    assert tree(root) == before


def test_a_user_model_with_ideas_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that one user alone can have, and a constructor that drops what it does not know."""
    root = app_with(monkeypatch, tmp_path, "blog", ())
    models = root / "models.py"
    text = models.read_text().replace(
        "name = Column(String(100), nullable=False)",
        "name = Column(String(100), unique=True, nullable=False)",
    )
    text = text.replace(
        "    posts = relationship",
        "    def __init__(self, email, name, **others):\n"
        "        self.email, self.name = email, name\n\n"
        "    posts = relationship",
        1,
    )
    models.write_text(text)
    run("add", "auth", "jwt")

    result = outcome(root, TEST, "-k", "register or good_for_its_user")
    assert result.returncode == 0, result.stdout


def test_a_user_model_that_refers_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests have a row for it, who registers says it, and a flag that disables is one in OAuth2."""
    root = app_with(monkeypatch, tmp_path, "blog", ())
    models = root / "models.py"
    text = models.read_text().replace(
        "is_active = Column(Boolean, default=True)",
        'team_id = Column(Integer, ForeignKey("teams.id"), nullable=False)\n'
        "    disabled = Column(Boolean, default=False)",
    )
    team = """
        class Team(Base):
            __tablename__ = "teams"

            id = Column(Integer, primary_key=True)
            name = Column(String(50), nullable=False)
    """
    models.write_text(text + "\n\n" + dedent(team).lstrip())
    told = " ".join(run_json("add", "auth", "jwt")["notices"])
    assert "Who registers says team_id, a row of teams" in told
    run("add", "auth", "oauth2", "github")

    result = outcome(root, TEST, "-k", "test_register or disabled")
    assert result.returncode == 0, result.stdout
    result = outcome(root, "test_auth_oauth2.py", "-k", "disabled or links_a_user")
    assert result.returncode == 0, result.stdout


def test_names_that_the_app_has_beside_its_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An enum Role; and mypy, which takes what is said by name for a default."""
    root = app_with(monkeypatch, tmp_path, "library", ())
    (root / "app/models/kinds.py").write_text(
        "from enum import Enum\n\nclass Role(Enum):\n    A = 1\n"
    )
    package = root / "app/models/__init__.py"
    package.write_text(f"from app.models.kinds import Role\n{package.read_text()}")
    run("add", "auth", "jwt")

    assert "class AuthRole(" in find(root, "auth_role.py").read_text()
    said = "auth_secret_key: SecretStr = Field(default=..., min_length=32)"
    assert said in find(root, "config.py").read_text()


def test_scopes_are_known_where_annotations_are_postponed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ["jwt"])
    guard = find(root, "current_user.py")
    head, _, rest = guard.read_text().partition("\n\n")
    guard.write_text(f"{head}\n\nfrom __future__ import annotations\n\n{rest}")

    result = outcome(root, TEST, "-k", "documented or limited_to_scopes")
    assert result.returncode == 0, result.stdout


def test_what_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ())
    before = tree(root)

    planned = run_json("add", "auth", "jwt", "--dry-run")
    assert planned["status"] == "planned"
    assert "PyJWT[crypto]>=2.15" in planned["dependencies"]
    assert tree(root) == before
    done = run_json("add", "auth", "jwt")
    assert done["status"] == "applied"
    assert done["changes"] == planned["changes"]
    settings = (root / "app/core/config.py").read_text()
    assert "auth_secret_key: SecretStr = Field(default=..., min_length=32)" in settings
    assert "\nAUTH_SECRET_KEY=\n" in (root / ".env.example").read_text()
    assert "SECRET_KEY" in (root / "tests/conftest.py").read_text()


def test_no_secret_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH_SECRET_KEY", "a secret of whoever runs the command")
    root = app_with(monkeypatch, tmp_path, "library", ("jwt",))

    assert not any(b"a secret of whoever" in text for text in tree(root).values())


@pytest.mark.parametrize("key", [None, "", "too short"])
def test_the_app_does_not_start_without_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ("jwt",))
    known = environment(PYTHONPATH=str(root), **({} if key is None else {"AUTH_SECRET_KEY": key}))

    done = subprocess.run(
        [sys.executable, "-c", "import app.main"],
        cwd=root,
        env=known,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "auth_secret_key" in done.stderr


def test_roles_to_begin_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ("jwt --roles admin,editor",))

    (revision,) = (root / "alembic/versions").glob("*sign_in*.py")
    assert '"name": "admin"' in revision.read_text()
    assert '"name": "editor"' in revision.read_text()


def test_without_tests_and_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ())
    before = set(code_of(root))
    run("add", "auth", "jwt", "--no-tests", "--no-migration")

    made = set(code_of(root)) - before
    assert not [path for path in made if path.startswith(("tests/", "alembic/"))]


def test_auth_of_its_own_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ())
    (root / "app/api/auth.py").write_text(
        "from typing import Annotated\n\nfrom fastapi import Depends, Header, HTTPException\n\n\n"
        "def get_current_user(token: Annotated[str, Header()]) -> str:\n"
        "    if token != 'ada':\n        raise HTTPException(401)\n    return token\n"
    )
    books = root / "app/api/routes/books.py"
    books.write_text(
        books.read_text()
        .replace("from fastapi import ", "from fastapi import Depends, ", 1)
        .replace(
            "from app.api.deps", "from app.api.auth import get_current_user\nfrom app.api.deps"
        )
        .replace(
            "router = APIRouter()", "router = APIRouter(dependencies=[Depends(get_current_user)])"
        )
    )
    before = tree(root)

    told = run("add", "auth", "jwt", code=4)
    assert "get_current_user" in told.output
    assert tree(root) == before
    run("add", "auth", "jwt", "--protect", "authors", "--user", "Book", code=2)
    run("add", "auth", "jwt", "--protect", "authors")
    authors = (root / "app/api/routes/authors.py").read_text()
    assert "APIRouter(dependencies=[Depends(get_current_user)])" in authors
    run("undo")
    assert tree(root) == before


def test_protect_and_auth_are_one_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ())
    run("new", "resource", "products", "name:str=120:search", "price:decimal=10,2:filter")
    before = tree(root)
    said = run("add", "auth", "jwt", "--protect", "products", "--protect", "books").stdout
    assert said.endswith("tests/test_products.py\n  uvicorn app.main:app --reload\n")
    at_once = without_revisions(root)

    for test in ("test_products.py", "test_books.py"):
        result = outcome(root, test)
        assert result.returncode == 0, result.stdout
    assert "Nothing to do" in run("add", "auth", "jwt", "--protect", "products").stdout
    run("undo")
    assert tree(root) == before
    run("add", "auth", "jwt")
    run("add", "auth", "jwt", "--protect", "products", "--protect", "books")
    assert without_revisions(root) == at_once


def test_protect_where_all_is_in_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What routers ask for is defined ahead of them, and they are no routes of signing in."""
    trees = []
    for number, later in enumerate(([], ["jwt"], ["jwt", "jwt --protect notes"])):
        root = app_with(monkeypatch, tmp_path / str(number), "notes", later)
        said = run("add", "auth", "jwt", "--protect", "all")
        trees.append(without_revisions(root))
    assert "/notes" not in said.stdout
    assert trees[0] == trees[1] == trees[2]
    text = (root / "main.py").read_text()
    assert text.index("def get_current_user") < text.index("\nrouter = APIRouter(")

    run("new", "resource", "todos", "name")
    run("add", "auth", "jwt", "--protect", "todos")
    result = outcome(root, "test_todos.py", "test_notes.py", "-k", "create or notes")
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("example", ["library", "notes"])
def test_what_comes_after_all_was_protected_is_protected_too(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though not all of it was: what is public has routers that do not ask, and no tests do."""
    root = app_with(monkeypatch, tmp_path, example, ())
    run("new", "resource", "gadgets", "name")
    prefix = "/api" if example == "library" else ""
    run("add", "auth", "jwt", "--protect", "all", "--public", f"GET {prefix}/gadgets")
    said = run("new", "resource", "todos", "name").stdout
    assert "todos are for those who are signed in" in said
    assert "open until" not in said
    result = outcome(root, "test_todos.py", str(find(root, "test_gadgets.py")), "-k", "create")
    assert result.returncode == 0, result.stdout
    assert "test_nobody_is_signed_in" in outcome(root, "test_todos.py", "--co").stdout
    run("upgrade")
    said = run("add", "auth", "jwt", "--protect", "all", "--public", f"GET {prefix}/todos").stdout
    assert f"GET {prefix}/todos asks for get_current_user" in said


def test_roles_that_are_not_made_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ())
    said = run("add", "auth", "jwt", "--roles", "admin,admin,editor").stdout
    assert "export AUTH_SECRET_KEY=" in said
    (revision,) = root.glob("alembic/versions/*sign_in.py")
    assert revision.read_text().count('"name": "admin"') == 1

    before = tree(root)
    run("add", "auth", "jwt", "--roles", "editor")
    said = run("add", "auth", "jwt", "--roles", "editor,boss", code=2).output
    assert "without boss" in said
    assert "python -m app.auth_commands grant USER boss" in said
    said = run("add", "auth", "jwt", "--roles", "big boss,big boss", code=2).output
    assert "without big boss.\n" in said
    assert "grant USER 'big boss' makes" in said
    run("add", "auth", "jwt", "--public", "GET /api/books", code=2)
    assert tree(root) == before

    app_with(monkeypatch, tmp_path, "blog", ())
    said = run("add", "auth", "jwt", "--roles", "admin").stdout
    assert "No revision adds the roles admin: python -m auth grant USER admin" in said


@pytest.mark.parametrize(
    ("name", "refused"), [("Principal", "jwt"), ("UserProfile", "jwt"), ("Flow", "oauth2 google")]
)
def test_a_user_model_with_a_name_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, refused: str
) -> None:
    """It would mean something else where the code asks for it."""
    root = app_with(monkeypatch, tmp_path, "blog", ())
    for file in root.rglob("*.py"):
        file.write_text(re.sub(r"\bUser\b", name, file.read_text()))
    if refused != "jwt":
        run("add", "auth", "jwt")
    before = tree(root)

    assert f"brings along: {name}." in run("add", "auth", *refused.split(), code=3).output
    assert tree(root) == before


def test_another_user_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nothing else is asked; and so is an app that is none."""
    root = app_with(monkeypatch, tmp_path, "library", ("jwt --protect books",))
    before = tree(root)

    assert "Nothing to do" in run("add", "auth", "jwt", "--user", "User").stdout
    assert "did you mean Book?" in run("add", "auth", "jwt", "--user", "Bok", code=2).output
    for more in ([], ["--protect", "books"]):
        said = run("add", "auth", "jwt", "--user", "app/models/book.py:Book", *more, code=2).output
        assert "people sign in with User of app.models.user already" in said
    run("add", "auth", "jwt", "--entry", "app/main.py:nothing", code=2)
    assert "--protect is empty" in run("add", "auth", "jwt", "--protect", "", code=2).output
    assert tree(root) == before


def test_a_new_app_with_every_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has an id for each request, and an engine that its lifespan makes."""
    monkeypatch.chdir(tmp_path)
    run("new", "app", "shop")
    root = tmp_path / "shop"
    monkeypatch.chdir(root)
    for way in ("jwt", "session", "api-key", "email"):
        run("add", "auth", way)

    some = "commands or documented or learns"
    result = outcome(root, "test_auth.py", "tests/test_auth_mail.py", "-k", some)
    assert result.returncode == 0, result.stdout
    for words in (["alembic", "upgrade", "head"], ["app.auth_commands", "permit", "a", "b:c"]):
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=root,
            env=environment(PYTHONPATH=".", AUTH_SECRET_KEY="k" * 32),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def test_a_dependency_that_is_called_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = app_with(monkeypatch, tmp_path, "blog", ())
    for path in root.glob("*.py"):
        path.write_text(path.read_text().replace("get_db", "session"))
    run("add", "auth", "jwt")

    result = outcome(root, TEST)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("example", ["hello", "helpdesk"])
def test_commands_where_the_lifespan_makes_the_engine(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = app_with(monkeypatch, tmp_path, example, ("jwt",))

    result = outcome(root, TEST, "-k", "commands")
    assert result.returncode == 0, result.stdout
    assert "1 passed" in result.stdout


def test_protect_needs_something_to_protect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ())
    before = tree(root)

    assert "books" in run("add", "auth", "jwt", "--protect", "boks", code=2).output
    assert "--protect" in run("add", "auth", "jwt", "--public", "GET /books", code=2).output
    assert tree(root) == before


@pytest.mark.parametrize("example", ["library", "blog", "inventory"])
def test_features_commute(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    features = (
        ("add", "pagination", "products"),
        ("add", "filtering", "products", "--fields", "price"),
        ("add", "auth", "jwt", "--protect", "products"),
    )
    trees = []
    for number, order in enumerate((features, features[::-1], (*features[2:], *features[:2]))):
        root = app_with(monkeypatch, tmp_path / str(number), example, ())
        run("new", "resource", "products", "name:str=120:search", "price:decimal=10,2")
        for words in order:
            run(*words)
        trees.append(without_revisions(root))

    assert trees[0] == trees[1] == trees[2]


@pytest.mark.parametrize("example", ["blog", "hello", "notes"])
def test_code_of_features_shows_nothing_of_the_app(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app_with(monkeypatch, tmp_path, example, ())
    before = discover()
    run("add", "auth", "jwt")
    after = discover()

    assert after.layout == before.layout
    assert after.style == before.style
    assert after.package == before.package
    assert after.router_site is not None
    assert before.router_site is not None
    assert after.router_site.path == before.router_site.path


@pytest.mark.parametrize("example", ["library", "blog", "notes"])
def test_routers_go_where_they_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str
) -> None:
    """Those of the ways lie below one of auth's own: no place for others."""
    root = app_with(monkeypatch, tmp_path, example, ())
    before = discover(root).router_site
    for way in ("jwt", "session", "api-key", "email"):
        run("add", "auth", way)

    after = discover(root).router_site
    assert before is not None
    assert after is not None
    assert (after.module, after.on, after.prefix) == (before.module, before.on, before.prefix)


def test_verify(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ())
    run("add", "auth", "jwt", "--protect", "all", "--verify", "--python", sys.executable)

    assert "get_current_user" in (root / "app/api/routes/books.py").read_text()


def test_the_project_has_a_template_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = app_with(monkeypatch, tmp_path, "library", ("jwt",))
    template = root / ".fastarch/templates/auth/service.py.jinja"
    template.parent.mkdir(parents=True)
    text = (templates_folder() / "auth/service.py.jinja").read_text()
    template.write_text(text.replace("Lets users in and out.", "Lets people in and out."))
    environment_of_templates.cache_clear()  # each command is a process of its own

    run("check", code=5)
    run("upgrade")
    assert "Lets people in and out." in (root / "app/services/auth.py").read_text()
    run("check")

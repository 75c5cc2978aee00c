"""Scaffolded resources for those alone who are signed in."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastarch.errors import ConflictError, NotUnderstoodError
from fastarch.report import Report
from fastarch.workflow.auth import add_auth
from fastarch.workflow.auth_asked import Request
from fastarch.workflow.session import Mode, Target
from tests.discover.apps import Files
from tests.workflow import signed
from tests.workflow.shop import new, run, shop, tree
from tests.workflow.test_scoped import plain, pytest_in

FIELDS = ("name:str=120:search", "price:decimal=10,2:ge=0")


def protect(root: Path, *names: str) -> Report:
    """Guard resources with what the app itself has."""
    return add_auth(Target(root), Mode(), Request(protect=names))


def enter(folder: Path, monkeypatch: pytest.MonkeyPatch, changed: Files | None = None) -> Path:
    """The synchronous app with products and reviews, as working directory."""
    folder.mkdir()
    shop(folder, signed.SYNC | (changed or {}))
    monkeypatch.chdir(folder)
    new(fields=FIELDS)
    run("new", "resource", "reviews", "stars:int:sort")
    return folder


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The app."""
    return enter(tmp_path / "shop", monkeypatch)


# Those that a guard changes.
SOME = "signed_in or documented or create"


def router(root: Path, name: str = "products") -> str:
    return (root / f"app/routers/{name}.py").read_text()


def test_several_resources_are_guarded_as_one_change(root: Path) -> None:
    before = plain(root)
    report = protect(root, "products", "reviews")
    assert report.status == "applied"
    for name in ("products", "reviews"):
        text = router(root, name)
        assert "dependencies=[Depends(get_current_user)]" in text
        assert "responses=UNAUTHORIZED" in text
        assert f"{name} are for those who are signed in: get_current_user says who is." in (
            report.notices
        )
    assert "UNAUTHORIZED: " in (root / "app/schemas/common.py").read_text()
    run("check")
    pytest_in(root, "tests/test_products.py", "tests/test_reviews.py", "-k", SOME)
    guarded = tree(root)
    assert protect(root, "products", "reviews").status == "unchanged"
    assert tree(root) == guarded
    run("undo")
    assert plain(root) == before


def test_one_of_them_stays_open(root: Path) -> None:
    protect(root, "reviews")
    assert "dependencies=" not in router(root)
    run("sync")
    run("check")
    assert "dependencies=" not in router(root)


def test_hand_edits_and_later_changes_stay(root: Path) -> None:
    path = root / "app/routers/products.py"
    path.write_text(
        path.read_text()
        .replace("Get a product.", "One product.")
        .replace('tags=["products"]', 'tags=["goods"]')
    )
    protect(root, "products")
    spec = root / ".fastarch/resources/products/spec.yaml"
    spec.write_text(spec.read_text().replace("str=120", "str=130"))
    run("sync")
    run("check")
    text = path.read_text()
    assert "One product." in text
    assert 'tags=["goods"]' in text
    assert "dependencies=[Depends(get_current_user)]" in text
    assert "String(130)" in (root / "app/models/product.py").read_text()


def test_what_is_out_of_step_is_refused(root: Path) -> None:
    spec = root / ".fastarch/resources/products/spec.yaml"
    spec.write_text(spec.read_text().replace("str=120", "str=130"))
    before = tree(root)
    with pytest.raises(ConflictError, match="out of step"):
        protect(root, "products")
    assert tree(root) == before


@pytest.mark.parametrize(
    "order",
    [("pages", "guard", "filters"), ("guard", "filters", "pages"), ("filters", "pages", "guard")],
    ids=" ".join,
)
def test_features_commute(
    order: tuple[str, ...], root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = {
        "pages": lambda at: run("add", "pagination", "products"),
        "filters": lambda at: run("add", "filtering", "products", "--fields", "name,price"),
        "guard": lambda at: protect(at, "products"),
    }
    made = []
    for at, names in ((root, order), (None, ("guard", "pages", "filters"))):
        place = at or enter(tmp_path / "other", monkeypatch)
        for name in names:
            steps[name](place)
        run("check")
        made.append(plain(place))
    assert made[0] == made[1]


API = """
    from fastapi import APIRouter, Depends

    from app.deps import get_current_user
    from app.routers import users

    api_router = APIRouter(prefix="/v1")
    api_router.include_router(users.router, dependencies=[Depends(get_current_user)])
    """


def test_where_the_include_asks_already_the_router_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = enter(tmp_path / "shop", monkeypatch, {"app/api.py": API})
    protect(root, "products")
    assert "dependencies=" not in router(root)
    assert "responses=UNAUTHORIZED" in router(root)
    pytest_in(root, "tests/test_products.py", "-k", SOME)


GUARDED = """
    from fastapi import APIRouter, Depends
    from sqlalchemy.orm import Session

    from app.database import get_db
    from app.deps import get_current_user, signed_in
    from app.models.user import User

    router = APIRouter(
        prefix="/users",
        tags=["users"],
        dependencies=[Depends(signed_in)],
        responses={418: {"description": "A teapot"}},
    )


    @router.get("/me")
    def read_me(me: User = Depends(get_current_user), db: Session = Depends(get_db)) -> str:
        return me.email
    """


def test_what_all_routers_say_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = enter(tmp_path / "shop", monkeypatch, {"app/routers/users.py": GUARDED})
    protect(root, "products")
    text = router(root)
    assert "dependencies=[Depends(signed_in), Depends(get_current_user)]" in text
    assert '418: {"description": "A teapot"}' in text
    run("check")
    pytest_in(root, "tests/test_products.py", "-k", SOME)


METHOD = """
    from fastapi import Depends, Header, HTTPException
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from app.database import get_db
    from app.models.user import User


    def signed_in() -> None:
        pass


    def from_inside() -> None:
        pass


    class Tokens:
        def __init__(self, scheme: str) -> None:
            self.scheme = scheme

        def current_user(
            self, x_token: str | None = Header(None), db: Session = Depends(get_db)
        ) -> User:
            user = None
            if x_token is not None and x_token.startswith(self.scheme):
                user = db.scalars(select(User)).first()
            if user is None:
                raise HTTPException(401, headers={"WWW-Authenticate": self.scheme})
            return user


    tokens = Tokens("Token")
    """


def test_a_method_is_a_guard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users = signed.SYNC_USERS.replace("import get_current_user", "import tokens")
    users = users.replace("Depends(get_current_user)", "Depends(tokens.current_user)")
    root = enter(
        tmp_path / "shop", monkeypatch, {"app/deps.py": METHOD, "app/routers/users.py": users}
    )
    protect(root, "products")
    assert "dependencies=[Depends(tokens.current_user)]" in router(root)
    (root / "spec.yaml").write_text(
        "version: 1\nresource: notes\nscope: owner\nfields: {text: str, owner: ref=users}\n"
    )
    run("new", "resource", "--spec", "spec.yaml")
    assert "me: User = Depends(tokens.current_user)" in router(root, "notes")
    run("check")
    pytest_in(root, "tests", "-k", "signed_in or documented or else")


MAIN = """
    from fastapi import Depends, FastAPI, Header, HTTPException

    from app.api import api_router
    from app.deps import from_inside

    app = FastAPI(title="Shop")
    app.include_router(api_router, prefix="/api", dependencies=[Depends(from_inside)])


    def get_current_user(x_token: str | None = Header(None)) -> None:
        if x_token is None:
            raise HTTPException(401)
    """


def test_a_circle_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deps = signed.SYNC_DEPS.partition("def get_current_user")[0]
    users = signed.SYNC_USERS.replace("    from app.deps import get_current_user\n", "").replace(
        """    @router.get("/me")
    def read_me(me: User = Depends(get_current_user)) -> str:
        return me.email
""",
        "",
    )
    changed = {"app/main.py": MAIN, "app/deps.py": deps, "app/routers/users.py": users}
    root = enter(tmp_path / "shop", monkeypatch, changed)
    before = tree(root)
    with pytest.raises(NotUnderstoodError, match="lies in the module that includes"):
        protect(root, "products")
    assert tree(root) == before

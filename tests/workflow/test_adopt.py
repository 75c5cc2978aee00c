"""``adopt``: hand-written models become known, and not a line of them changes."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from fastarch.change import state
from fastarch.change.draft import Draft
from fastarch.spec.dump import dump
from fastarch.spec.read import read_text
from fastarch.spec.resource import Field, Relation, Resource
from tests.workflow.shop import enter, new, run, run_json, tree

EXAMPLES = Path(__file__).parents[2] / "examples"
USER = """
    from datetime import datetime

    from sqlalchemy import ForeignKey, String, func
    from sqlalchemy.orm import Mapped, mapped_column, relationship

    from app.database import Base


    class Team(Base):
        __tablename__ = "teams"

        id: Mapped[int] = mapped_column(primary_key=True)
        users: Mapped[list["User"]] = relationship(back_populates="team")


    class User(Base):
        __tablename__ = "users"

        id: Mapped[int] = mapped_column(primary_key=True)
        email: Mapped[str] = mapped_column(String(320), unique=True)
        hashed_password: Mapped[str | None] = mapped_column(String(200))
        team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
        team: Mapped[Team] = relationship(back_populates="users")
    """
SCHEMAS = """
    from pydantic import BaseModel, EmailStr


    class UserIn(BaseModel):
        email: EmailStr


    class UserOut(UserIn):
        id: int
    """
ROUTER = """
    from fastapi import APIRouter, Depends
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from app.database import get_db
    from app.models.user import User
    from app.schemas import UserIn, UserOut

    router = APIRouter(prefix="/users", tags=["users"])


    @router.get("", response_model=list[UserOut])
    def list_users(db: Session = Depends(get_db)):
        return list(db.scalars(select(User)))


    @router.post("", response_model=UserOut)
    def create_user(user: UserIn, db: Session = Depends(get_db)):
        return user
    """
SPEC = """\
version: 1
resource: users
table: users
id: int
timestamps: false
fields:
  email: email:unique
  hashed_password: str=200:null:hidden
  team: ref=teams:index=false:on=cascade:back=users
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small app with a user model, its schemas and its router, as working directory."""
    changed = {
        "app/models/user.py": USER,
        "app/schemas.py": SCHEMAS,
        "app/routers/users.py": ROUTER,
    }
    return enter(monkeypatch, tmp_path / "shop", changed)


def spec_of(root: Path, name: str = "users") -> Path:
    return root / f".fastarch/resources/{name}/spec.yaml"


def record_of(root: Path, name: str = "users") -> state.Record:
    record = state.load(Draft(root), "resource", name)
    assert record is not None
    return record


def code(root: Path) -> dict[str, bytes]:
    """The tree without bookkeeping."""
    return {path: text for path, text in tree(root).items() if not path.startswith(".fastarch")}


def test_a_model_is_known_afterwards_and_untouched(root: Path) -> None:
    before = tree(root)
    said = run("adopt", "app/models/user.py:User").stdout

    assert "users is adopted from app/models/user.py:User: 2 fields, 1 relation" in said
    assert "UserIn, UserOut" in said
    assert code(root) == before
    assert spec_of(root).read_text() == SPEC
    record = record_of(root)
    assert record.options == {
        "adopted": True,
        "model": "app/models/user.py:User",
        "schemas": {"create": "app/schemas.py:UserIn", "read": "app/schemas.py:UserOut"},
        "router": "app/routers/users.py:router",
        "spec": SPEC,
        "id": "int",
        "id_name": "id",
        "timestamps": False,
    }
    assert record.paths == {
        "model": "app/models/user.py",
        "schema": "app/schemas.py",
        "router": "app/routers/users.py",
    }
    assert (record.files, record.edits, record.revisions) == ({}, (), ())
    assert "in step" in run("check").stdout
    run("undo")
    assert tree(root) == before


@pytest.mark.parametrize("word", ["User", "users", "user", "./app/models/user.py:User"])
def test_ways_to_name_a_model(root: Path, word: str) -> None:
    run("adopt", word)
    assert record_of(root).options["model"] == "app/models/user.py:User"


def test_a_file_with_one_model_and_a_name_that_is_imported(root: Path) -> None:
    (root / "app/models/tag.py").write_text(
        "from app.database import Base\nfrom sqlalchemy.orm import Mapped, mapped_column\n"
        "class Tag(Base):\n    __tablename__ = 'tags'\n"
        "    id: Mapped[int] = mapped_column(primary_key=True)\n"
    )
    run("adopt", "app/models/tag.py")
    assert record_of(root, "tags").options["model"] == "app/models/tag.py:Tag"
    run("adopt", "app/routers/users.py:User")
    assert record_of(root).options["model"] == "app/models/user.py:User"


def test_a_dry_run_and_a_diff_write_nothing(root: Path) -> None:
    before = tree(root)
    assert "users is adopted" in run("adopt", "User", "--dry-run").stdout
    assert run("adopt", "User", "--diff").stdout == ""
    document = run_json("adopt", "User", "--dry-run")
    assert (document["status"], document["changes"], document["errors"]) == ("planned", [], [])
    assert tree(root) == before
    assert run_json("adopt", "User")["status"] == "applied"


def test_twice_is_nothing_to_do(root: Path) -> None:
    run("adopt", "User")
    once = tree(root)
    assert "Nothing to do" in run("adopt", "User").stdout
    assert run_json("adopt", "User")["status"] == "unchanged"
    assert tree(root) == once


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "There is no model named"),
        (("Usr",), "did you mean User?"),
        (("app/models/usr.py:User",), "did you mean app/models/user.py?"),
        (("app/models/user.py:Usr",), "did you mean User?"),
        (("app/models/user.py",), "app/models/user.py:Team\n  app/models/user.py:User"),
        (("app/schemas.py:UserIn",), "UserIn is no model with a table"),
        (("app/database.py:Base",), "Base is no model with a table"),
        (("app/main.py",), "There is no model in the file"),
        (("../elsewhere.py",), "There is no such file"),
        (("User", "--table", "users"), "--table goes with --from-db"),
        (("User", "--to", "x.yaml"), "--to goes with --from-db"),
        (("User", "--from-db", "sqlite://"), "A model is named, and a database"),
    ],
)
def test_what_is_not_there(root: Path, words: tuple[str, ...], told: str) -> None:
    before = tree(root)
    result = run("adopt", *words, code=2)
    assert told in result.stderr
    assert result.stdout == ""
    assert tree(root) == before
    assert run_json("adopt", *words, code=2)["status"] == "refused"


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("from tortoise.models import Model\nclass User(Model): ...", 3, "is a model of Tortoise ORM"),
        ("from beanie import Document\nclass User(Document): ...", 3, "is a model of Beanie"),
        ("from app.database import Base\nclass User(Base):\n    __abstract__ = True", 2, "no model with a table"),
        ("class User: ...", 2, "no model with a table"),
        ("def User(): ...", 2, "no model with a table"),
        ("User = 3", 2, "no model with a table"),
        ("", 2, "There is no class User"),
        ("class User(Base:", 2, "There is no class User"),
    ],
)  # fmt: skip
def test_what_is_no_model(root: Path, text: str, code: int, told: str) -> None:
    (root / "odd.py").write_text(text)
    assert told in run("adopt", "odd.py:User", code=code).stderr


def test_a_file_outside_of_the_project(root: Path) -> None:
    (root.parent / "other.py").write_text("class User: ...")
    assert "lies outside" in run("adopt", "../other.py:User", code=2).stderr


def test_two_models_of_one_name(root: Path) -> None:
    (root / "app/models/old.py").write_text((root / "app/models/user.py").read_text())
    main = root / "app/main.py"
    main.write_text(main.read_text() + "from app.models import old\n")
    assert "There are 2 models User" in run("adopt", "User", code=2).stderr
    run("adopt", "app/models/user.py:User")
    # A reference would never find the second one.
    again = run("adopt", "app/models/old.py:User", code=3)
    assert "another model comes first" in again.stderr


def test_a_model_that_has_moved(root: Path) -> None:
    run("adopt", "User")
    (root / "app/models/person.py").write_text((root / "app/models/user.py").read_text())
    (root / "app/models/user.py").write_text("from app.models.person import Team, User\n")
    again = run("adopt", "User", code=4)
    assert "users is adopted from app/models/user.py:User already" in again.stderr
    assert "fastarch remove resource users" in again.stderr


def test_what_fastarch_has_made_is_nothing_to_adopt(root: Path) -> None:
    new()
    assert "has made products itself" in run("adopt", "Product", code=4).stderr
    assert run_json("adopt", "products", code=4)["status"] == "conflict"


def test_a_key_of_several_columns(root: Path) -> None:
    model = root / "app/models/user.py"
    model.write_text(model.read_text().replace("String(320), unique=True", "primary_key=True"))
    assert "a key of several columns (id, email)" in run("adopt", "User", code=3).stderr


def test_others_refer_to_it(root: Path) -> None:
    run("adopt", "User")
    assert run("new", "resource", "posts", "title", "owner:ref=users:back=posts").exit_code == 0
    assert 'ForeignKey("users.id"' in (root / "app/models/post.py").read_text()
    # The attribute of the other side is fastarch's edit, and no column.
    assert "in step" in run("check").stdout
    assert "Nothing to do" in run("adopt", "User").stdout
    assert "choose another name" in run("new", "resource", "users", "x", code=4).stderr


def test_a_change_by_hand_is_out_of_step_until_it_is_adopted(root: Path) -> None:
    run("adopt", "User")
    model = root / "app/models/user.py"
    text = model.read_text()
    text = text.replace("String(200)", "String(90)")
    model.write_text(text.replace("    team_id", "    age: Mapped[int]\n    team_id"))
    said = run("check", code=5).stderr
    assert "`age` is new" in said
    assert "`hashed_password` is str=90:null:hidden, no longer str=200:null:hidden" in said
    assert "fastarch adopt app/models/user.py:User" in said
    assert "adopted anew" in run("adopt", "User").stdout
    assert "age: int" in spec_of(root).read_text()
    assert "in step" in run("check").stdout


def test_a_comment_in_the_model_is_in_step(root: Path) -> None:
    run("adopt", "User")
    model = root / "app/models/user.py"
    model.write_text(f"# mine\n\n{model.read_text()}")
    assert "in step" in run("check").stdout


def test_flags_that_code_cannot_say_are_kept(root: Path) -> None:
    run("adopt", "User")
    spec = spec_of(root)
    spec.write_text(
        "# mine\n"
        + spec.read_text()
        .replace("email: email:unique", "email: email:unique:filter:search:doc=where to write")
        .replace("index=false", "index=false:filter")
    )
    said = run("check", code=5).stderr
    assert "was not carried out" in said
    assert "fastarch adopt app/models/user.py:User" in said
    run("adopt", "User")
    assert spec.read_text().startswith("# mine\n")
    assert "filter" in record_of(root).options["spec"]
    assert "in step" in run("check").stdout
    model = root / "app/models/user.py"
    model.write_text(model.read_text().replace("String(200)", "String(90)"))
    run("adopt", "User")
    text = spec.read_text()
    assert 'email: "email:unique:search:filter:doc=where to write"' in text
    assert "team: ref=teams:index=false:filter:on=cascade:back=users" in text
    assert "hashed_password: str=90:null:hidden" in text


def test_what_the_model_has_not_is_taken_out_and_told(root: Path) -> None:
    run("adopt", "User")
    spec = spec_of(root)
    spec.write_text(spec.read_text() + "  nothing: int\n")
    said = run("adopt", "User").stdout
    assert "`nothing` is not in the model: it is taken out" in said
    assert spec.read_text() == SPEC


def test_a_flag_that_no_longer_fits_is_told(root: Path) -> None:
    run("adopt", "User")
    model = root / "app/models/user.py"
    model.write_text(model.read_text().replace("str | None", "str"))
    assert "`hashed_password` is str=200, no longer" in run("check", code=5).stderr
    said = run("adopt", "User").stdout
    assert "`hidden` cannot be in a spec: it is required" in said
    assert "hashed_password: str=200\n" in spec_of(root).read_text()
    assert "in step" in run("check").stdout


def test_a_name_in_the_spec_is_no_new_name(root: Path) -> None:
    run("adopt", "User")
    spec = spec_of(root)
    spec.write_text(spec.read_text().replace("resource: users", "resource: members"))
    assert "The name stays users" in run("adopt", "User").stdout
    assert spec.read_text() == SPEC


def test_a_spec_that_was_lost_comes_back_with_its_flags(root: Path) -> None:
    run("adopt", "User")
    spec = spec_of(root)
    spec.write_text(spec.read_text().replace("email:unique", "email:unique:filter"))
    run("adopt", "User")
    spec.unlink()
    assert "is missing" in run("check", code=5).stderr
    run("adopt", "User")
    assert "email: email:unique:filter" in spec.read_text()


def test_a_spec_that_outlived_an_undo_keeps_its_flags(root: Path) -> None:
    run("adopt", "User")
    spec = spec_of(root)
    spec.write_text(spec.read_text().replace("email:unique", "email:unique:filter"))
    assert "Kept .fastarch/resources/users/spec.yaml" in run("undo").stdout
    run("adopt", "User")
    assert "email: email:unique:filter" in spec.read_text()
    assert "in step" in run("check").stdout


def test_a_model_that_lost_its_key(root: Path) -> None:
    run("adopt", "User")
    model = root / "app/models/user.py"
    text = model.read_text()
    at = text.index("class User")
    model.write_text(
        text[:at] + text[at:].replace("mapped_column(primary_key=True)", "mapped_column()")
    )
    assert "has no primary key" in run("check", code=5).stderr


def test_a_table_between_two_others(root: Path) -> None:
    (root / "app/models/pair.py").write_text(
        "from app.database import Base\nfrom sqlalchemy import ForeignKey\n"
        "from sqlalchemy.orm import Mapped, mapped_column\n"
        "class Pair(Base):\n    __tablename__ = 'pairs'\n"
        "    a_id: Mapped[int] = mapped_column(ForeignKey('users.id'), primary_key=True)\n"
        "    b_id: Mapped[int] = mapped_column(ForeignKey('teams.id'), primary_key=True)\n"
    )
    said = run("adopt", "app/models/pair.py", code=3).stderr
    assert "is an `m2m` of one of them, `via=pairs`" in said


def test_a_model_that_the_app_does_not_import(root: Path) -> None:
    (root / "app/models/tag.py").write_text(
        "from app.database import Base\nfrom sqlalchemy.orm import Mapped, mapped_column\n"
        "class Tag(Base):\n    __tablename__ = 'tags'\n"
        "    id: Mapped[int] = mapped_column(primary_key=True)\n"
    )
    assert (
        "The app does not import app/models/tag.py:Tag" in run("adopt", "app/models/tag.py").stdout
    )
    assert "in step" in run("check").stdout


def test_a_model_that_is_gone(root: Path) -> None:
    run("adopt", "User")
    (root / "app/models/user.py").rename(root / "app/models/person.py")
    for path in ("app/routers/users.py",):
        file = root / path
        file.write_text(file.read_text().replace("models.user", "models.person"))
    said = run("check", code=5).stderr
    assert "app/models/user.py:User, is not there any more" in said
    run("remove", "resource", "users")
    run("adopt", "app/models/person.py:User")
    assert "in step" in run("check").stdout


def test_to_remove_it_is_to_forget_it(root: Path) -> None:
    before = tree(root)
    run("adopt", "User")
    run("adopt", "Team")
    said = run("remove", "resource", "users").stdout
    assert (
        "users is no longer known. It was adopted: its code, app/models/user.py:User, stays."
        in said
    )
    assert code(root) == before
    assert state.load(Draft(root), "resource", "users") is None
    run("undo")
    assert spec_of(root).read_text() == SPEC


def test_a_made_resource_is_taken_out_although_an_adopted_one_shares_its_files(root: Path) -> None:
    run("adopt", "User")
    before = code(root)
    new()
    run("remove", "resource", "products")
    assert code(root) == before
    assert record_of(root).files == {}


def test_an_entry_that_was_named_is_remembered(root: Path) -> None:
    (root / "other.py").write_text("from fastapi import FastAPI\napp = FastAPI()\n")
    (root / "more.py").write_text("from fastapi import FastAPI\napp = FastAPI()\n")
    main = root / "app/main.py"
    assert main.is_file()
    run("adopt", "User", "--entry", "app/main.py:app")
    assert record_of(root).options["entry"] == "app/main.py:app"
    assert "in step" in run("check").stdout


FIELDS = (
    "name:str=120:index", "title", "code:str=8:unique", "note:text:null", "count:int:default=3:ge=0:le=10",
    "big:bigint:gt=-5", "ratio:float:null", "price:decimal=12,2:ge=0", "active:bool:default=true",
    "shown:bool:server_default=true", "day:date:default=today", "at:time:null",
    "seen:datetime:default=now", "made:datetime:server_default=now", "key:uuid:default=uuid4",
    "data:json:null", "more:json:default={}", "raw:bytes:null", "mail:email:unique", "site:url:null",
    "status:enum=draft,live:default=draft", "kind:enum=in-stock,b:server_default=b", "tags:list=int",
    "parent:ref=products:null:on=set_null:back=children", "others:m2m=products:via=pairs",
)  # fmt: skip


@pytest.mark.parametrize("name", ["blog", "clinic", "helpdesk", "inventory", "library", "notes"])
def test_what_was_made_is_read_as_it_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    root = tmp_path / name
    shutil.copytree(EXAMPLES / name, root, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    monkeypatch.chdir(root)
    new("--soft-delete", "--timestamps", fields=FIELDS)
    made = record_of(root, "products")
    shutil.rmtree(root / ".fastarch")
    run("adopt", "Product")
    found = record_of(root, "products")

    assert dump(_read(found)) == dump(_asked(_read(made), made, _read(found)))
    assert found.options["id"] == made.options["id"]
    assert (
        found.options["router"]
        == f"{made.paths['router']}:{found.options['router'].rpartition(':')[2]}"
    )
    assert len(found.options["schemas"]) == 3
    assert found.paths.items() <= made.paths.items()
    # Where all is in one module, there are no layers to tell apart.
    layers = set() if name == "notes" else {"service", "repository"}
    assert found.paths.keys() >= {"model", "schema", "router", "test"} | layers
    assert "in step" in run("check").stdout
    assert "Nothing to do" in run("adopt", "products").stdout


def _read(record: state.Record) -> Resource:
    (resource,) = read_text(record.options["spec"])
    return resource


def _asked(resource: Resource, made: state.Record, found: Resource) -> Resource:
    """What was asked for, with what the app has settled; an annotation is all a list has to say."""
    kinds = {field.name: field for field in found.columns}
    fields: list[Field | Relation] = []
    for field in resource.fields:
        if field.name == "tags" and kinds["tags"].type == "json":
            fields.append(replace(field, type="json", item=None))
        else:
            fields.append(field)
    return replace(
        resource,
        fields=tuple(fields),
        id=made.options["id"] if made.options["id"] != "str" else None,
        timestamps=True,
        table=found.table,
    )


def test_every_model_of_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("blog", "clinic", "helpdesk", "inventory", "library", "notes"):
        root = tmp_path / name
        shutil.copytree(
            EXAMPLES / name, root, ignore=shutil.ignore_patterns("__pycache__", ".*_cache")
        )
        monkeypatch.chdir(root)
        before = tree(root)
        models = json.loads(run("inspect", "--json").stdout)["orm"]
        assert models["kind"] in ("sqlalchemy", "sqlmodel")
        from fastarch.discover import discover

        for model in discover(root).orm.models:
            run("adopt", model.symbol.name)
        assert code(root) == before
        assert "in step" in run("check").stdout

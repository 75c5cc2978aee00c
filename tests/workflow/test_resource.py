"""``new resource`` on a small app: what is written, what is refused, what is told."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from fastarch.change import draft
from tests.workflow.shop import (
    COMMAND,
    DATABASE,
    enter,
    environment,
    new,
    run,
    run_json,
    shop,
    tree,
)

SPEC = """\
resources:
  categories:
    fields: {name: str}
  products:
    fields:
      name: str
      category: ref=categories:on=restrict
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small app, as working directory."""
    return enter(monkeypatch, tmp_path / "shop")


def test_all_layers_and_the_summary(root: Path) -> None:
    said = new().stdout
    for folder in ("models/product", "schemas/product", "repositories/product", "services/product"):
        assert (root / f"app/{folder}.py").exists()
    assert "products: " in said
    assert "python -m pytest" in said
    assert "uvicorn app.main:app --reload" in said
    made = tree(root)
    assert "Nothing to do: products is there as asked." in new().stdout
    assert tree(root) == made


def test_commands_from_the_root_for_code_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements.txt").write_text("fastapi\nsqlalchemy\n")
    shop(tmp_path, at="backend/")
    monkeypatch.chdir(tmp_path)
    said = run("new", "resource", "products", "name", "--dry-run").stdout
    assert "(cd backend && uvicorn app.main:app --reload)" in said


def test_options(root: Path) -> None:
    new(
        "--layers", "model,schema,router", "--id", "uuid", "--timestamps", "--no-tests",
        "--no-migration", "--yes",
    )  # fmt: skip
    assert not (root / "app/services").exists()
    assert not list(root.rglob("test_*.py"))
    model = (root / "app/models/product.py").read_text()
    assert "created_at" in model
    assert "UUID" in model


def test_layers_that_fit(root: Path) -> None:
    new("--layers", "fit", "--no-timestamps")
    assert not (root / "app/services").exists()
    assert "created_at" not in (root / "app/models/product.py").read_text()


@pytest.mark.parametrize(
    ("layers", "words"),
    [("model,nope", "no layer 'nope'"), ("model,router", "cannot do without its schema")],
)
def test_layers_that_are_not(root: Path, layers: str, words: str) -> None:
    assert words in new("--layers", layers, code=2).stderr


def test_a_plural_of_ones_own(root: Path) -> None:
    run("new", "resource", "staff", "name", "--plural", "staff", "--soft-delete")
    assert (root / "app/routers/staff.py").exists()


def test_another_layout(root: Path) -> None:
    new("--layout", "feature")
    assert (root / "app/products/router.py").exists()


def test_a_spec_of_several(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "outside.yaml").write_text(SPEC)
    (root / "specs").mkdir()
    (root / "specs/shop.yaml").write_text(SPEC)
    said = run("new", "resource", "products", "--spec", "specs/shop.yaml", code=2)
    assert "neither in the spec nor in the app" in said.stderr
    run("new", "resource", "categories", "--spec", "../outside.yaml")
    monkeypatch.chdir(root / "specs")
    run("new", "resource", "--spec", "shop.yaml")
    assert "are there as asked" in run("new", "resource", "--spec", "shop.yaml").stdout
    assert run("check").exit_code == 0
    (root / "specs/shop.yaml").write_text(SPEC.replace("name: str\n", "name: text\n"))
    assert "was not carried out" in run("check", code=5).stderr
    (root / "specs/shop.yaml").unlink()
    assert run_json("check", code=5)["errors"][0]["file"] == "specs/shop.yaml"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["class", "a"], 2, "keyword"),
        (["metadata", "a"], 2, "metadata"),
        (["things", "metadata"], 2, "metadata"),
        (["users", "email"], 4, "model User"),
        (["things", "owner:ref=usres"], 2, "did you mean users?"),
        ([], 2, "There is no name"),
        (["things", "a", "--spec", "x.yaml"], 2, "not both"),
        (["--spec", "nowhere.yaml"], 2, "nowhere.yaml"),
        (["things", "a:strr"], 2, "did you mean `str`?"),
        (["things", "a", "--entry", "app/main.py:nope"], 2, "app/main.py:app"),
    ],
)
def test_refusals_write_nothing(root: Path, words: list[str], code: int, message: str) -> None:
    before = tree(root)
    result = run("new", "resource", *words, code=code)
    assert message in result.stderr
    assert result.stdout == ""
    assert tree(root) == before
    assert not (root / ".fastarch").exists()


def test_other_fields(root: Path) -> None:
    new()
    before = tree(root)
    assert "with another spec" in new(fields=["other:int"], code=4).stderr
    assert tree(root) == before


def test_a_file_in_the_way(root: Path) -> None:
    (root / "app/routers/products.py").write_text("mine = 1\n")
    before = tree(root)
    assert "in the way" in new(code=4).stderr
    assert tree(root) == before


@pytest.mark.parametrize(
    ("requirements", "words"),
    [
        ("fastapi\npydantic==1.10.2\nsqlalchemy==2.0\n", "needs pydantic 2"),
        ("fastapi\npydantic\nsqlalchemy~=1.4\n", "needs SQLAlchemy 2"),
    ],
)
def test_old_libraries(root: Path, requirements: str, words: str) -> None:
    (root / "requirements.txt").write_text(requirements)
    before = tree(root)
    assert words in new(code=3).stderr
    assert tree(root) == before


def test_no_session(root: Path) -> None:
    text = DATABASE.split("    def get_db")[0]
    shop(root, {"app/database.py": text, "app/routers/users.py": "from fastapi import APIRouter\n"
                "from app.models.user import User\nrouter = APIRouter()\n"})  # fmt: skip
    assert "database session" in new(code=3).stderr


def test_no_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "requirements.txt").touch()
    assert "no FastAPI app was found" in new(code=3).stderr
    assert [path.name for path in tmp_path.iterdir()] == ["requirements.txt"]


def test_several_apps(root: Path) -> None:
    for name in ("one", "two"):
        (root / f"{name}.py").write_text("from fastapi import FastAPI\n\napp = FastAPI()\n")
    (root / "app/main.py").write_text("from fastapi import FastAPI\n\napp = FastAPI()\n")
    said = new(code=2).stderr
    assert "--entry one.py:app" in said
    assert "--entry two.py:app" in said


def test_a_folder_that_cannot_be_written(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.access

    def access(path: str, mode: int, **more: bool) -> bool:
        return not str(path).endswith("models") and real(path, mode, **more)

    monkeypatch.setattr(os, "access", access)
    before = tree(root)
    assert "cannot be written" in new(code=4).stderr
    assert tree(root) == before


def test_verify_tells_what_was_broken_before(root: Path) -> None:
    (root / "app/main.py").write_text(
        (root / "app/main.py").read_text() + "\nraise RuntimeError('no key')\n"
    )
    before = tree(root)
    said = new("--verify", code=6).stderr
    assert "Before any change the app did not import: RuntimeError: no key" in said
    assert "Nothing was written." in said
    assert tree(root) == before


def test_verify_rolls_back(root: Path) -> None:
    (root / "app/main.py").write_text(
        (root / "app/main.py").read_text()
        + "\nassert len(app.openapi()['paths']) < 2, 'too many'\n"
    )
    before = tree(root)
    said = new("--verify", code=6).stderr
    assert "With the change the app did not import: AssertionError: too many" in said
    assert "Everything was rolled back." in said
    assert tree(root) == before


def test_verify_of_a_template_that_breaks(root: Path) -> None:
    templates = root / ".fastarch/templates/resource"
    templates.mkdir(parents=True)
    (templates / "router.py.jinja").write_text(
        "from fastapi import APIRouter\n\nfrom nowhere import nothing\n\nrouter = APIRouter(prefix=nothing)\n"
    )
    before = tree(root)
    assert "No module named 'nowhere'" in new("--verify", code=6).stderr
    assert tree(root) == before


def test_verify_of_a_template_that_serves_nothing(root: Path) -> None:
    templates = root / ".fastarch/templates/resource"
    templates.mkdir(parents=True)
    (templates / "router.py.jinja").write_text(
        "from fastapi import APIRouter\n\nrouter = APIRouter()\n"
    )
    assert "POST /api/v1/products is new and not served" in new("--verify", code=6).stderr


def test_an_unknown_interpreter(root: Path) -> None:
    assert "no interpreter" in new("--verify", "--python", "nope", code=2).stderr


KILLED = """
import os, signal, sys
sys.argv = ["fastarch", *sys.argv[2:]]
left = int(os.environ["LEFT"])
real = os.replace
def replace(*arguments, **keywords):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **keywords)
os.replace = os.rename = replace
from fastarch.cli import main
main()
"""


@pytest.mark.parametrize("left", [0, 1, 2, 4, 7])
def test_killed_in_the_middle(root: Path, left: int) -> None:
    before = tree(root)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, "-", "new", "resource", "products", "name"],
        cwd=root,
        env=environment(LEFT=str(left)),
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    interrupted = run("check", code=5) if (root / ".fastarch").exists() else None
    if interrupted is not None:
        assert "interrupted" in interrupted.stderr
        assert "interrupted" in run("new", "resource", "tags", "name", "--dry-run").stdout
    said = run("new", "resource", "products", "name").stdout
    assert interrupted is None or "interrupted" in said
    assert run("check").exit_code == 0
    assert "Nothing to do" in run("new", "resource", "products", "name").stdout
    run("undo")
    assert tree(root) == before


def test_two_at_once(root: Path) -> None:
    running = [
        subprocess.Popen(
            [*COMMAND, "new", "resource", name, "name"],
            cwd=root,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for name in ("products", "tags")
    ]
    assert [process.communicate()[1] for process in running] == [b"", b""]
    api = (root / "app/api.py").read_text()
    assert "products.router" in api
    assert "tags.router" in api
    assert run("check").exit_code == 0


def test_bookkeeping_is_a_folder_of_the_project(root: Path) -> None:
    new()
    assert (root / draft.BOOKKEEPING / "resources/products/spec.yaml").exists()
    assert not stat.S_IMODE((root / "app/models/product.py").stat().st_mode) & 0o111


def test_many_are_counted(root: Path, tmp_path: Path) -> None:
    names = [f"things{letter}" for letter in "abcdefghij"]
    text = "resources:\n" + "".join(f"  {name}:\n    fields: {{name: str}}\n" for name in names)
    (tmp_path / "many.yaml").write_text(text)
    said = run("new", "resource", "--spec", str(tmp_path / "many.yaml"), "--dry-run").stdout
    assert " and 2 more: " in said
    assert "python -m pytest tests\n" in said


def test_a_field_that_every_model_has_is_refused(root: Path) -> None:
    base = root / "app/database.py"
    base.write_text(
        base.read_text()
        .replace(
            "class Base(DeclarativeBase):\n    pass",
            "class Base(DeclarativeBase):\n    tenant: Mapped[str]",
        )
        .replace("import DeclarativeBase,", "import DeclarativeBase, Mapped,")
    )
    before = tree(root)
    said = new(fields=("name", "tenant:str"), code=2).stderr
    assert "every model of this app has `tenant`" in said
    assert tree(root) == before
    new(fields=("name",))
    spec = root / ".fastarch/resources/products/spec.yaml"
    spec.write_text(spec.read_text() + "  tenant: str\n")
    made = tree(root)
    assert "every model of this app has `tenant`" in run("sync", code=2).stderr
    assert tree(root) == made

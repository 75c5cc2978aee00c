"""``sync``: the spec is edited, and the code follows; edits by hand stay."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.workflow.sequences import EDITS, PYTHON, Project
from tests.workflow.shop import run, run_json, tree
from tests.workflow.syncing import ROLES, SPEC, add, code, edit, migrating, revisions, small

root = pytest.fixture(small)
library = pytest.fixture(migrating)


def test_code_and_tests_follow_the_spec(root: Path) -> None:
    add("brand: str=40:null:filter")
    said = run("sync").stdout
    assert "Done: sync" in said
    assert "products: 0 files created, " in said
    assert "brand" in (root / "app/models/product.py").read_text()
    assert "brand" in (root / "app/schemas/product.py").read_text()
    assert "brand" in (root / "app/repositories/product.py").read_text()
    assert "brand" in (root / "tests/test_products.py").read_text()
    assert run("check").exit_code == 0


def test_one_revision(library: Path) -> None:
    before = revisions()
    add("brand: str=40:null")
    add("colour: str=40:null")
    assert "alembic upgrade head" in run("sync").stdout
    (made,) = revisions() - before
    text = (library / "alembic/versions" / made).read_text()
    assert text.count("op.add_column") == 2
    record = json.loads((library / ".fastarch/resources/products/record.json").read_text())
    assert record["revisions"][-1] == f"alembic/versions/{made}"


def test_no_revision_where_none_is_wanted(library: Path) -> None:
    before = revisions()
    add("brand: str=40")
    run("sync", "--no-migration")
    assert revisions() == before
    assert run("check").exit_code == 0
    assert "Nothing to do" in run("sync").stdout


def test_no_revision_where_the_database_is_the_same(library: Path) -> None:
    before = revisions()
    edit(SPEC, "name: str=120:search", "name: str=120")
    run("sync")
    assert revisions() == before


@pytest.mark.parametrize("way", sorted(EDITS))
def test_an_edit_in_every_file_is_kept(root: Path, way: str) -> None:
    files = [root / f"app/{role}.py" for role in ROLES] + [root / "tests/test_products.py"]
    for file in files:
        file.write_bytes(EDITS[way](file.read_bytes().decode()).encode())
    edited = {file: file.read_bytes() for file in files}
    assert run("check").exit_code == 0
    assert "Nothing to do" in run("sync").stdout
    add("brand: str=40:null:filter:search:sort")
    run("sync")
    project = Project(root)
    project.require_sound()
    for file in files:
        if way == "Windows":
            assert b"\n" not in file.read_bytes().replace(b"\r\n", b"")
            continue
        if way == "shorter lines":
            continue
        ours = edited[file].decode()
        for line in ("# Mine.", "def mine", "logger = ", "assert __name__  # mine", "# Mine, too."):
            assert ours.count(line) == file.read_text().count(line), (file, line)
    project.require_serving("tests/test_products.py")


def test_twice_changes_nothing(root: Path) -> None:
    add("brand: str=40:null")
    run("sync")
    before = tree(root)
    assert "Nothing to do" in run("sync").stdout
    assert run_json("sync")["status"] == "unchanged"
    assert tree(root) == before


def test_a_field_there_and_back_gives_the_same_bytes(root: Path) -> None:
    before, spec = code(), Path(SPEC).read_text()
    add("brand: str=40:null:filter:search")
    run("sync")
    Path(SPEC).write_text(spec)
    run("sync")
    # What all resources may use by now stays.
    shared = {"app/schemas/common.py"}
    left = code()
    assert {path for path in left if left[path] != before.get(path)} <= shared


def test_undo_gives_the_bytes_back(root: Path) -> None:
    add("brand: str=40:null")
    before = tree(root)
    run("sync")
    run("undo")
    assert tree(root) == before


def test_previews_write_nothing(root: Path) -> None:
    add("brand: str=40:null")
    before = tree(root)
    assert "Plan: sync" in run("sync", "--dry-run").stdout
    report = run_json("sync", "--dry-run")
    assert report["status"] == "planned"
    assert {"path": "app/models/product.py", "action": "edit", "added": 1, "removed": 0} in report[
        "changes"
    ]
    assert tree(root) == before


def test_the_diff_is_the_change(root: Path, tmp_path: Path) -> None:
    (root / "app/models/product.py").write_bytes(
        (root / "app/models/product.py").read_bytes().replace(b"\n", b"\r\n")
    )
    add("brand: str=40:null:filter")
    patch = tmp_path / "sync.patch"
    patch.write_bytes(run("sync", "--diff").stdout_bytes)
    before = code()
    run("sync")
    after = code()
    for path, content in before.items():
        (root / path).write_bytes(content)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    subprocess.run(["git", "apply", str(patch)], cwd=root, check=True)
    found = {path: text for path, text in code().items() if not path.startswith(".git/")}
    assert found == after


def test_a_field_that_is_renamed(library: Path) -> None:
    edit("app/services/product.py", '"""A page of products."""', '"""Products, by name."""')
    edit(SPEC, "name: str=120:search", "title: str=120:search:was=name")
    old = revisions()
    run("sync")
    (made,) = revisions() - old
    text = (library / "alembic/versions" / made).read_text()
    assert "new_column_name" in text
    assert "add_column" not in text
    assert "title: Mapped[str]" in (library / "app/models/product.py").read_text()
    assert "name" not in (library / "app/models/product.py").read_text().split("__mapper")[-1]
    assert '"""Products, by name."""' in (library / "app/services/product.py").read_text()
    assert run("check").exit_code == 0
    assert "Nothing to do" in run("sync").stdout


def test_files_that_were_moved(root: Path) -> None:
    (root / "app/products").mkdir()
    (root / "app/products/__init__.py").touch()
    (root / "app/models/product.py").rename(root / "app/products/tables.py")
    for path in root.rglob("*.py"):
        text = path.read_text()
        path.write_text(text.replace("app.models.product ", "app.products.tables "))
    assert "app.products.tables" in (root / "app/services/product.py").read_text()
    assert run("check").exit_code == 0
    add("brand: str=40:null:filter")
    run("sync")
    assert not (root / "app/models/product.py").exists()
    assert "brand" in (root / "app/products/tables.py").read_text()
    project = Project(root)
    project.require_sound()
    project.require_serving("tests/test_products.py")
    assert run("check").exit_code == 0
    edit(SPEC, "brand: str=40", "brand: str=50")
    run("sync")
    assert "String(50)" in (root / "app/products/tables.py").read_text()
    run("remove", "resource", "products")
    assert not (root / "app/products/tables.py").exists()


def test_a_file_that_was_deleted_stays_so(root: Path) -> None:
    (root / "tests/test_products.py").unlink()
    add("brand: str=40:null:filter")
    assert "tests/test_products.py was deleted by hand, and stays so." in run("sync").stdout
    assert not (root / "tests/test_products.py").exists()
    assert run("check").exit_code == 0


def test_a_definition_that_was_deleted_stays_so(root: Path) -> None:
    router = root / "app/routers/products.py"
    text = router.read_text()
    start = (
        text.index("@router.delete(")
        if "@router.delete(" in text
        else text.index("@products_router.delete(")
    )
    router.write_text(text[:start].rstrip() + "\n")
    add("brand: str=40:null:filter")
    run("sync")
    assert ".delete(" not in router.read_text()


@pytest.mark.parametrize("role", ["models/product", "schemas/product", "repositories/product"])
def test_bytes_that_mark_the_encoding_stay(root: Path, role: str) -> None:
    file = root / f"app/{role}.py"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    add("brand: str=40:null:filter")
    run("sync")
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"brand" in content
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_record_of_the_first_version(root: Path) -> None:
    path = root / ".fastarch/resources/products/record.json"
    record = json.loads(path.read_text())
    del record["bases"]
    for key in ("templates", "source_digest", "version"):
        record["options"].pop(key, None)
    path.write_text(json.dumps(record))
    assert "templates" in run("check", code=5).stderr
    before = code()
    run("sync")
    assert code() == before
    assert run("check").exit_code == 0
    assert "Nothing to do" in run("sync").stdout


def test_a_spec_of_several(root: Path) -> None:
    several = "resources:\n  tags:\n    fields: {label: str}\n  shelves:\n    fields: {row: int}\n"
    (root / "specs.yaml").write_text(several)
    run("new", "resource", "--spec", "specs.yaml")
    (root / "specs.yaml").write_text(several.replace("{row: int}", "{row: int, col: 'int:null'}"))
    before = tree(root)
    run("sync", "tags")
    assert {p for p in tree(root) if not p.startswith(".fastarch")} == {
        p for p in before if not p.startswith(".fastarch")
    }
    report = run_json("sync")
    assert all("shel" in change["path"] for change in report["changes"]), report
    assert (root / "specs.yaml").read_text() == several.replace(
        "{row: int}", "{row: int, col: 'int:null'}"
    )
    assert run("check").exit_code == 0
    (root / "specs.yaml").write_text("resources:\n  tags:\n    fields: {label: str}\n")
    said = run("sync", code=2).stderr
    assert "shelves is no longer in its spec" in said
    assert "specs.yaml" in said
    (root / "specs.yaml").unlink()
    assert "is missing" in run("sync", code=2).stderr


def test_options_survive(root: Path) -> None:
    (root / "tags.yaml").write_text("resource: tags\nfields:\n  label: str\n")
    run("new", "resource", "--spec", "tags.yaml", "--id", "uuid", "--prefix", "/labels", "--soft-delete", "--timestamps")  # fmt: skip
    before = code()
    assert "Nothing to do" in run("sync").stdout
    add("size: int:null", to="tags.yaml")
    run("sync")
    model = (root / "app/models/tag.py").read_text()
    assert "size" in model
    assert "UUID" in model.upper()
    assert "deleted_at" in model
    assert "created_at" in model
    assert '"/labels/tags"' in (root / "app/routers/tags.py").read_text()
    (root / "tags.yaml").write_text("resource: tags\nfields:\n  label: str\n")
    run("sync")
    left = code()
    assert {path for path in left if left[path] != before.get(path)} <= {"app/schemas/common.py"}


@pytest.mark.parametrize(
    ("line", "back"),
    [
        ("timestamps: true", "timestamps: false"),
        ("soft_delete: true", "soft_delete: false"),
        ("prefix: /wares", ""),
    ],
)
def test_options_in_the_spec(root: Path, line: str, back: str) -> None:
    text = Path(SPEC).read_text()
    before = code()
    Path(SPEC).write_text(text.replace("fields:", f"{line}\nfields:"))
    run("sync")
    assert code() != before
    project = Project(root)
    project.require_sound()
    project.require_serving("tests/test_products.py")
    Path(SPEC).write_text(text.replace("fields:", f"{back}\nfields:"))
    run("sync")
    left = code()
    shared = {"app/column_types.py", "app/schemas/common.py"}
    assert {path for path in left if left[path] != before.get(path)} <= shared


def test_ruff_s_own_order_of_things_is_no_edit(root: Path) -> None:
    for role in ROLES:
        subprocess.run(
            [PYTHON, "-m", "ruff", "format", "-q", "--isolated", "--line-length", "140", f"app/{role}.py"],
            check=True,
        )  # fmt: skip
    edit(SPEC, "name: str=120:search", "name: text:sort")
    add("brand: enum=a,b:default=a:filter")
    run("sync")
    project = Project(root)
    project.require_sound()
    project.require_serving("tests/test_products.py")

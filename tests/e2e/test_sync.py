"""A year in the life of a resource: rows, edits by hand, a spec that changes, and back."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.e2e.apps import BY_NAME, PRODUCTS
from tests.e2e.contract import Collection, product
from tests.e2e.project import Project
from tests.services import postgres_database
from tests.workflow.sequences import EDITS

SPEC = ".fastarch/resources/products/spec.yaml"
TAGS = ("tags", "label:str=40:unique")
CHANGES = (
    ("sku: str=32:unique", "code: str=32:unique:was=sku"),
    ("enum=draft,live", "enum=draft,live,gone"),
    ("  note: text:null\n", ""),
)
NEW_FIELDS = "  brand: str=40:filter\n  tag: ref=tags:null:on=set_null:back=products\n"
ANSWERS = ["--backfill", "brand=house", "--allow-data-loss"]


@pytest.fixture(params=["library", "inventory", "blog"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    """An app with two resources, each file of one of them edited by hand."""
    project = Project.copy(BY_NAME[request.param], tmp_path)
    project.fastarch("new", "resource", *TAGS)
    project.fastarch("new", "resource", *PRODUCTS)
    return project


def home(project: Project) -> Path:
    """Where fastarch keeps its books."""
    (found,) = (path.parent for path in project.root.rglob(".fastarch"))
    return found


def edit_by_hand(project: Project) -> list[str]:
    """Something of one's own in each file of the resource; what has to be there for good."""
    top = home(project)
    paths = set(re.findall(r'": "([\w/]+\.py)"', (top / SPEC).with_name("record.json").read_text()))
    assert paths
    for path in sorted(paths):
        text = (top / path).read_text()
        for way in ("a line in a body", "a function at the end", "an import and a constant"):
            text = EDITS[way](text)
        (top / path).write_text(text)
    return sorted(paths)


def change_spec(project: Project) -> None:
    spec = home(project) / SPEC
    text = spec.read_text()
    for old, new in CHANGES:
        assert old in text, text
        text = text.replace(old, new)
    spec.write_text(text + NEW_FIELDS)


def put_rows(client: httpx2.Client) -> list[dict[str, Any]]:
    products = Collection.find(client, "products")
    return [products.create(product(status=status, note="gone")) for status in ("draft", "live")]


def require_rows(client: httpx2.Client, rows: list[dict[str, Any]], *, enforced: bool) -> None:
    """Each row is as it was, by the names of today; the new fields can be used."""
    products, tags = Collection.find(client, "products"), Collection.find(client, "tags")
    tag = tags.create({"label": "new"})["id"]
    for row in rows:
        found = client.get(products.item(row["id"])).json()
        expected = {"code" if key == "sku" else key: value for key, value in row.items()}
        del expected["note"]
        assert found == expected | {"brand": "house", "tag_id": None}
        path = products.item(row["id"])
        answer = client.patch(path, json={"status": "gone", "tag_id": tag, "brand": "other"})
        assert answer.status_code == 200, answer.text
    assert len(client.get(products.path, params={"brand": "other"}).json()) == len(rows)
    assert client.delete(tags.item(tag)).status_code == 204
    if enforced:
        assert client.get(products.item(rows[0]["id"])).json()["tag_id"] is None
    again = client.post(products.path, json=product(brand="x") | {"sku": "old name"})
    assert again.status_code == 422, again.text


def test_a_spec_that_changes(project: Project, tmp_path: Path) -> None:
    edited = edit_by_hand(project)
    with ExitStack() as stack:
        urls = [f"sqlite:///{tmp_path / 'e2e.db'}", stack.enter_context(postgres_database())]
        places = [project.database(url) for url in urls if project.app.migrates]
        rows = []
        for env in places:
            project.make_tables(env)
            with project.serve(env) as client:
                rows.append(put_rows(client))
        project.commit("Before")
        change_spec(project)
        if project.app.migrates:
            assert project.fastarch("sync", check=False).returncode == 4
        project.fastarch("sync", "--verify", *ANSWERS)
        project.fastarch("check")
        assert "Nothing to do" in project.fastarch("sync").stdout
        for path in edited:
            text = (home(project) / path).read_text()
            for line in ("assert __name__  # mine", "def mine0(", "logger = logging."):
                there = project.committed(
                    (home(project) / path).relative_to(project.root).as_posix()
                )
                assert text.count(line) == there.decode().count(line), (path, line)
        project.pytest()
        for env, stored in zip(places, rows, strict=True):
            project.alembic(env, "upgrade", "head")
            project.alembic(env, "check")
            with project.serve(env) as client:
                # SQLite keeps to foreign keys only where it is told to.
                require_rows(client, stored, enforced="postgresql" in str(env))
            project.alembic(env, "downgrade", "-1")
            project.alembic(env, "upgrade", "head")
            project.alembic(env, "check")
        project.fastarch("undo")
        project.fastarch("check", check=False)
        project.pytest()

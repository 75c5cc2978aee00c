"""``eject``: a template, or a block of it, becomes the project's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastarch.plan import ejection
from fastarch.plan.render import environment
from tests.workflow import shop
from tests.workflow.shop import Result, enter, new, tree

OWN = ".fastarch/templates/resource/router.py.jinja"


def run(*words: str, code: int = 0) -> Result:
    """A command as in a process of its own, which has read no template yet."""
    environment.cache_clear()
    return shop.run(*words, code=code)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small app with products, as working directory."""
    found = enter(monkeypatch, tmp_path / "shop")
    new()
    return found


@pytest.mark.parametrize("name", list(ejection.names()))
def test_to_copy_a_template_changes_no_code(root: Path, name: str) -> None:
    before = tree(root)
    run("eject", name)
    run("check")
    assert "Nothing to do" in run("sync").stdout
    run("undo")
    assert tree(root) == before


def test_every_block_says_what_the_template_says(root: Path) -> None:
    for name in ejection.names():
        text = ejection.read(f"{name}.py.jinja") or ""
        for block in ejection.blocks(text):
            run("eject", f"{name}:{block}")
    (root / ".fastarch/templates/resource/touched.jinja").write_text("")
    changed = {path for path, text in tree(root).items() if not path.startswith(".fastarch")}
    before = {path: text for path, text in tree(root).items() if path in changed}
    run("sync")
    assert {path: text for path, text in tree(root).items() if path in changed} == before


def test_an_edited_block_reaches_the_code_and_the_rest_stays_the_original(root: Path) -> None:
    run("eject", "router:create")
    own = root / OWN
    own.write_text(own.read_text().replace("Create {{ a_human }}.", "Add {{ a_human }}."))
    assert "templates that products was made from" in run("check", code=5).stderr
    run("sync")
    router = (root / "app/routers/products.py").read_text()
    assert '"""Add a product."""' in router
    assert '"""Delete a product."""' in router
    run("check")


def test_a_second_block_joins_the_first(root: Path) -> None:
    run("eject", "router:create")
    run("eject", "router:delete")
    assert list(ejection.blocks((root / OWN).read_text())) == ["create", "delete"]
    run("check")


def test_what_the_project_has_is_not_overwritten(root: Path) -> None:
    run("eject", "router:create")
    own = root / OWN
    own.write_text(own.read_text().replace("Create {{ a_human }}", "Add {{ a_human }}"))
    before = tree(root)
    assert "has its own" in run("eject", "router:create", code=4).stderr
    assert tree(root) == before
    run("eject", "router:create", "--force")
    run("undo")
    assert tree(root) == before


def test_an_upgrade_tells_once_that_the_original_has_changed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("eject", "router:create")
    run("eject", "schema")
    before = ejection.read
    monkeypatch.setattr(
        "fastarch.workflow.eject.read", lambda path: (before(path) or "").replace("Create", "Make")
    )
    said = run("upgrade").stdout
    assert "router:create: the original has changed" in said
    assert "schema: the original" not in said
    assert "the original" not in run("upgrade").stdout


def test_what_is_wrong_is_told(root: Path) -> None:
    assert "did you mean router" in run("eject", "route", code=2).stderr
    assert "it has errors, create" in run("eject", "router:nothing", code=2).stderr
    assert run("eject", "../../etc/passwd", code=2).stderr

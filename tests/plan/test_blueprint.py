"""The manifests of the features, and where they are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastarch.discover.symbols import Import
from fastarch.plan import blueprint
from fastarch.plan.blueprint import (
    Blueprint,
    File,
    Lifespan,
    Requirement,
    Setting,
    load_blueprint,
    templates_folder,
)

FEATURES = sorted(path.parent.name for path in templates_folder().glob("*/blueprint.toml"))


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(blueprint, "templates_folder", lambda: tmp_path)
    load_blueprint.cache_clear()
    (tmp_path / "sample").mkdir()
    return tmp_path / "sample/blueprint.toml"


@pytest.mark.parametrize("feature", ["app", "database"])
def test_every_template_is_used(feature: str) -> None:
    load_blueprint.cache_clear()
    listed = {file.template for file in load_blueprint(feature).files}
    assert listed == {path.name for path in (templates_folder() / feature).glob("*.jinja")}


@pytest.mark.parametrize("feature", FEATURES)
def test_manifests_are_valid(feature: str) -> None:
    load_blueprint.cache_clear()
    found = load_blueprint(feature)
    assert found.name == feature
    assert found.about.endswith(".")


def test_select() -> None:
    found = Blueprint(
        "sample",
        "",
        (File("a.jinja", "{code}/a.py"), File("b.jinja", "b.py", when="async")),
        (Setting("key", "SecretStr", 'SecretStr("{key}")', "pydantic:SecretStr"),),
        (Lifespan("{module}", "life", when="sync"),),
        (Requirement("a>=1", when="sync"), Requirement("b>=1")),
    )
    chosen = found.select({"code": "app", "key": "k", "module": "app.a"}, {"sync"})
    assert chosen.files == (File("a.jinja", "app/a.py"),)
    assert chosen.settings[0].default == 'SecretStr("k")'
    assert chosen.settings[0].imports == (Import("pydantic", "SecretStr"),)
    assert chosen.lifespans == (Lifespan("app.a", "life", "sync"),)
    assert [item.requirement for item in chosen.dependencies] == ["a>=1", "b>=1"]
    assert Setting("port", "int").imports == ()


@pytest.mark.parametrize(
    "text",
    [
        'name = "sample"\nabout = "."\nfile = []\n',
        'name = "sample"\nabout = "."\n[[files]]\ntemplate = "a"\npth = "a"\n',
        'name = "sample"\n',
    ],
)
def test_what_a_manifest_cannot_say(elsewhere: Path, text: str) -> None:
    elsewhere.write_text(text)
    with pytest.raises(ValueError, match=r"sample/blueprint\.toml"):
        load_blueprint("sample")


def test_no_such_feature(elsewhere: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_blueprint("other")

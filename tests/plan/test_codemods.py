"""Edits that a version expects of earlier code."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastarch.plan import codemods
from fastarch.plan.blueprint import templates_folder
from fastarch.wire.rename_name import RenameName

ROW = """
[[codemods]]
version = "0.10.0"
role = "common"
edit = "RenameName"
old = "unset"
new = "not_sent"
"""
OLDER = ROW.replace("0.10.0", "0.9.1").replace("unset", "as_utc").replace("not_sent", "to_utc")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a feature, in a folder of templates of its own."""
    (tmp_path / "thing").mkdir()
    monkeypatch.setattr(codemods, "templates_folder", lambda: tmp_path)
    return tmp_path / "thing" / codemods.FILE


def test_those_after_a_version_oldest_first(file: Path) -> None:
    file.write_text(ROW + OLDER)
    assert [one.version for one in codemods.codemods("thing", None)] == ["0.9.1", "0.10.0"]
    assert [one.version for one in codemods.codemods("thing", "0.9.1")] == ["0.10.0"]
    assert codemods.codemods("thing", "0.10.0") == ()


def test_an_edit_learns_its_module(file: Path) -> None:
    file.write_text(ROW)
    (one,) = codemods.codemods("thing", None)
    assert one.about("app.schemas.common") == RenameName("app.schemas.common", "unset", "not_sent")


def test_no_file_is_no_codemod(file: Path) -> None:
    assert codemods.codemods("thing", None) == ()


@pytest.mark.parametrize(
    "text", [ROW.replace("RenameName", "Nothing"), ROW.replace("role", "rule")]
)
def test_an_unknown_word_is_refused(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(ValueError):
        codemods.codemods("thing", None)


def test_what_is_shipped_can_be_read() -> None:
    for feature in templates_folder().iterdir():
        codemods.codemods(feature.name, None)

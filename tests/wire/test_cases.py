"""Every folder in tests/edits is a case: an edit, a file before it, and the file after it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fastarch.wire import registry
from fastarch.wire.edit import Already, Cannot, Changed
from fastarch.wire.python import apply_all

EDITS = Path(__file__).parents[1] / "edits"
CASES = sorted(path.parent for path in EDITS.glob("*/*/edit.json"))


def case_id(case: Path) -> str:
    return f"{case.parent.name}/{case.name}"


def parts(case: Path):
    before = next(case.glob("before*"))
    after = case / f"after{before.suffix}"
    edit = registry.load(json.loads((case / "edit.json").read_text(encoding="utf-8")))
    return edit, before.read_bytes(), after


CHANGED = [case for case in CASES if not (case / "cannot.txt").exists()]
# These put one expression in place of another; all the others leave every letter where it is.
REPLACING = {
    "change_length",
    "page_query",
    "rename_name",
    "replace_expression",
    "replace_parameter",
}
ADDING = [case for case in CHANGED if case.parent.name not in REPLACING]
REFUSED = [case for case in CASES if (case / "cannot.txt").exists()]


@pytest.mark.parametrize("case", CHANGED, ids=case_id)
def test_case(case):
    edit, before, after = parts(case)
    outcome = edit.apply(before)
    assert isinstance(outcome, Changed), outcome
    assert outcome.source.decode() == after.read_bytes().decode()
    if after.suffix == ".py":
        compile(outcome.source, str(after), "exec")
    assert edit.apply(outcome.source) == Already()
    (made,) = outcome.made
    back = registry.load(json.loads(json.dumps(registry.dump(made)))).revert(outcome.source)
    assert isinstance(back, Changed)
    assert back.source == before
    assert back.kept == ()
    assert made.revert(before) == Already()


@pytest.mark.parametrize("case", CHANGED, ids=case_id)
def test_case_with_other_line_ends(case):
    edit, before, after = parts(case)
    if b"\n" not in before:
        return
    outcome = edit.apply(before.replace(b"\n", b"\r\n"))
    assert isinstance(outcome, Changed), outcome
    assert outcome.source.decode() == after.read_bytes().replace(b"\n", b"\r\n").decode()
    (made,) = outcome.made
    assert made.revert(outcome.source) == Changed(before.replace(b"\n", b"\r\n"))


@pytest.mark.parametrize("case", ADDING, ids=case_id)
def test_case_adds_lines_and_loses_none(case):
    _, before, after = parts(case)
    rest = iter(after.read_text(encoding="utf-8"))
    assert all(character in rest for character in before.decode())


@pytest.mark.parametrize("case", REFUSED, ids=case_id)
def test_refused(case):
    edit, before, _ = parts(case)
    outcome = edit.apply(before)
    assert isinstance(outcome, Cannot)
    told = f"{outcome.reason}\n\n{outcome.paste}\n"
    assert told == (case / "cannot.txt").read_text(encoding="utf-8")


def test_all_edits_have_cases():
    tried = {json.loads((case / "edit.json").read_text(encoding="utf-8"))["edit"] for case in CASES}
    assert tried >= set(registry.NAMES)


def test_a_batch_that_cannot_is_not_made_at_all():
    edits = [
        registry.load({"edit": "AddImport", "module": "os"}),
        registry.load({"edit": "AddSetting", "class_name": "Nowhere", "source": "a: int = 1"}),
    ]
    assert isinstance(apply_all(edits, b"import sys\n"), Cannot)

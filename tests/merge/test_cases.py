"""Each file in ``cases``: base, ours, theirs, and what comes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastarch.merge import Merged, merge

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))


def read(path: Path) -> dict[str, str]:
    """The parts of a case by name."""
    base, *rest = path.read_text(encoding="utf-8").split("=== ")
    return {"base": base} | {part.partition("\n")[0]: part.partition("\n")[2] for part in rest}


def merged(case: dict[str, str], newline: str = "\n") -> Merged:
    base, ours, theirs = (case[name] for name in ("base", "ours", "theirs"))
    return merge(base.encode(), ours.replace("\n", newline).encode(), theirs.encode())


def told(result: Merged) -> str:
    return "".join(f"{one.what}, line {one.line}: {one.why}\n" for one in result.conflicts)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case = read(path)
    result = merged(case)
    assert result.source.decode() == case["merged"]
    assert told(result) == case.get("conflicts", "")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_with_other_line_ends(path: Path) -> None:
    case = read(path)
    result = merged(case, "\r\n")
    assert result.source.decode() == case["merged"].replace("\n", "\r\n")
    assert told(result) == case.get("conflicts", "")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_once_more_changes_nothing(path: Path) -> None:
    case = read(path)
    once = merged(case).source
    if "conflicts" not in case:
        again = merge(case["base"].encode(), once, case["theirs"].encode())
        assert again == Merged(once)

"""What a person sees, and the JSON of a change."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from fastarch import console
from fastarch.change.draft import Change
from fastarch.errors import ConflictError, Problem, UsageError
from fastarch.report import Report

CHANGES = (
    Change("app/models/product.py", None, b"one\ntwo\n"),
    Change("app/main.py", b"a\nb\n", b"a\nc\n"),
    Change("app/[old].py", b"x\n", None),
    Change(".fastarch/history/1.json", None, b"{}"),
)
REPORT = Report(
    "new resource",
    "applied",
    CHANGES,
    ("email-validator>=2",),
    ("Mind [this].",),
    ("alembic upgrade head",),
    "products: done.",
)
TREE = """\
Done: new resource
└── app/
    ├── - [old].py  delete -1
    ├── ~ main.py  edit +1 -1
    └── models/
        └── + product.py  create +2
note Mind [this].
products: done.
Next:
  alembic upgrade head
"""


class Terminal(io.StringIO):
    """A stream that somebody watches."""

    def isatty(self) -> bool:
        return True


def test_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    console.show_report(REPORT)
    assert capsys.readouterr().out == TREE
    console.show_report(REPORT, stderr=True)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", TREE)


@pytest.mark.parametrize("columns", ["20", "200"])
def test_lines_are_as_long_as_they_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    console.show_report(REPORT)
    assert capsys.readouterr().out == TREE


def test_a_narrow_locale_gets_plain_guides(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii", errors="strict"))
    console.show_report(REPORT)
    console.show_json({"name": "ünï"})
    console.sys.stdout.flush()
    text = raw.getvalue().decode("ascii")
    assert "    +-- ~ main.py  edit +1 -1\n    `-- models/" in text
    assert "\\u00fcn\\u00ef" in text


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_colour_where_none_is_wanted(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stdout", stream)
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm-256color")
    console.show_report(REPORT)
    assert "\x1b[" in stream.getvalue()
    stream.truncate(0)
    monkeypatch.setenv(variable, value)
    console.show_report(REPORT)
    assert "\x1b[3" not in stream.getvalue()


def test_the_json_of_a_change(capsys: pytest.CaptureFixture[str]) -> None:
    console.show_json(console.report_json(REPORT))
    assert json.loads(capsys.readouterr().out) == {
        "command": "new resource",
        "status": "applied",
        "changes": [
            {"path": "app/models/product.py", "action": "create", "added": 2, "removed": 0},
            {"path": "app/main.py", "action": "edit", "added": 1, "removed": 1},
            {"path": "app/[old].py", "action": "delete", "added": 0, "removed": 1},
        ],
        "dependencies": ["email-validator>=2"],
        "notices": ["Mind [this]."],
        "errors": [],
    }


def test_the_json_of_an_error() -> None:
    error = ConflictError(Problem("In the way.", "a.py", 1, 2, "move it"))
    document = console.error_json("new resource", error)
    assert document["status"] == "conflict"
    assert document["errors"] == [
        {"message": "In the way.", "file": "a.py", "line": 1, "column": 2, "hint": "move it"}
    ]


def test_errors_are_a_short_paragraph(capsys: pytest.CaptureFixture[str]) -> None:
    console.show_error(
        UsageError(
            Problem("unknown type [red]", column=6, hint="did you mean `str`?"),
            Problem("No.", file="spec.yaml", line=3, hint="paste this:\na\nb"),
        )
    )
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "error unknown type [red]\nhint  did you mean `str`?\n"
        "error spec.yaml:3: No.\nhint\n  paste this:\n  a\n  b\n"
    )


@pytest.mark.parametrize("traceback", [False, True])
def test_a_defect(capsys: pytest.CaptureFixture[str], traceback: bool) -> None:
    with pytest.raises(ValueError, match="oops") as caught:
        int("[oops]")
    console.show_defect(caught.value, traceback=traceback)
    said = capsys.readouterr().err
    assert "ValueError: invalid literal" in said
    assert "[oops]" in said
    assert ("Traceback" in said) is traceback
    assert ("--traceback" in said) is not traceback


def test_a_diff_goes_byte_for_byte_into_a_pipe(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    report = Report("x", "planned", (Change("a.txt", b"a\r\n\xff\n", b"b\r\n\xff\n"),))
    console.show_diff(report)
    assert b"-a\r\n+b\r\n \xff\n" in capfdbinary.readouterr().out


def test_a_diff_on_a_terminal_is_coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stdout", stream)
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm-256color")
    console.show_diff(REPORT)
    assert "\x1b[" in stream.getvalue()


def test_facts_are_a_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS")
    console.show_facts([("app", "x" * 200, "main.py:1", "the [only] one")])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "x" * 200 in lines[1]
    assert "the [only] one" in lines[1]


def test_progress_shows_when_work_is_long_and_somebody_watches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "xterm-256color")
    for quiet, total in ((True, 100), (False, 2)):
        with console.progress(quiet=quiet) as watch:
            watch("products", 0, total)
        assert stream.getvalue() == ""
    with console.progress(quiet=False) as watch:
        watch("products", 50, 100)
    assert "products" in stream.getvalue()
    assert "50%" in stream.getvalue()


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("y\n", True), ("YES\n", True), ("\n", False), ("n\n", False), ("", False)],
)
def test_a_question(monkeypatch: pytest.MonkeyPatch, typed: str, answer: bool) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert console.confirm("Sure?") is answer


def test_bookkeeping_is_not_shown(tmp_path: Path) -> None:
    assert [change.path for change in console.shown(CHANGES)] == [
        "app/models/product.py",
        "app/main.py",
        "app/[old].py",
    ]

"""New code looks as the app's own configuration wants it."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from fastarch.change import format as formatter
from fastarch.change.format import format_sources
from fastarch.discover.profile import Formatting
from fastarch.errors import FastarchError

CALL = 'x = call("aaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbb")\n'
SHORT = "x = call(\n    'aaaaaaaaaaaaaaa',\n    'bbbbbbbbbbbbbbbbbb',\n)\n"


def test_derived_settings(tmp_path: Path) -> None:
    style = Formatting(line_length=30, quotes="single", indent="\t")
    done = format_sources({"app/x.py": CALL, "a.ini": "a=1 "}, tmp_path, style)
    assert done.sources == {"app/x.py": SHORT.replace("    ", "\t"), "a.ini": "a=1 "}
    assert done.notice is None
    two = format_sources({"x.py": CALL}, tmp_path, Formatting(line_length=30, indent="  "))
    assert two.sources["x.py"] == SHORT.replace("    ", "  ").replace("'", '"')
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("config", "name", "text"),
    [
        ("ruff.toml", "ruff.toml", 'line-length = 30\nformat.quote-style = "single"\n'),
        (
            "pyproject.toml",
            "pyproject.toml",
            '[tool.ruff]\nline-length = 30\nformat.quote-style = "single"\n',
        ),
        ("../ruff.toml", "../ruff.toml", 'line-length = 30\nformat.quote-style = "single"\n'),
    ],
)
def test_the_projects_configuration(tmp_path: Path, config: str, name: str, text: str) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / name).write_text(text)
    done = format_sources({"app/x.py": CALL}, root, Formatting(config=config))
    assert done.sources == {"app/x.py": SHORT}


def test_extended_configuration_and_settings_for_single_files(tmp_path: Path) -> None:
    root = tmp_path / "project"
    (root / "backend").mkdir(parents=True)
    (tmp_path / "base.toml").write_text("line-length = 30\n")
    (root / "backend/pyproject.toml").write_text(
        '[project]\nname = "x"\nrequires-python = ">=3.14"\n'
        '[tool.ruff]\nextend = "../../base.toml"\nformat.quote-style = "single"\n'
        '[tool.ruff.per-file-target-version]\n"app/old.py" = "py312"\n'
    )
    source = "try:\n    pass\nexcept (A, B):\n    pass\n" + CALL
    done = format_sources(
        {"backend/app/new.py": source, "backend/app/old.py": source},
        root,
        Formatting(config="backend/pyproject.toml"),
    )
    assert done.notice is None
    assert done.sources["backend/app/old.py"].startswith("try:\n    pass\nexcept (A, B):")
    assert done.sources["backend/app/new.py"].startswith("try:\n    pass\nexcept A, B:")
    assert all(text.endswith(SHORT) for text in done.sources.values())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('required-version = ">=99"\n', "Required version `>=99` does not match"),
        ("line-lenght = 3\n", "TOML parse error"),
        (None, "there is no such file"),
    ],
)
def test_a_configuration_that_cannot_be_used(tmp_path: Path, text: str | None, reason: str) -> None:
    if text is not None:
        (tmp_path / "ruff.toml").write_text(text)
    style = Formatting(config="ruff.toml", line_length=30, quotes="single")
    done = format_sources({"x.py": CALL}, tmp_path, style)
    assert done.sources == {"x.py": SHORT}
    assert done.notice is not None
    assert done.notice.startswith("ruff.toml cannot be used by ruff here")
    assert reason in done.notice


@pytest.mark.parametrize("config", [None, "pyproject.toml"])
def test_code_that_does_not_parse_is_our_defect(tmp_path: Path, config: str | None) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    with pytest.raises(FastarchError) as caught:
        format_sources({"a.py": "", "app/x.py": "x = 1\ndef f(:\n"}, tmp_path, Formatting(config))
    (problem,) = caught.value.problems
    assert caught.value.exit_code == 1
    assert problem.where == "app/x.py:2:7"


def test_imports_are_sorted_with_the_apps_packages_known(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/models.py").touch()
    source = "import zlib\nfrom app.models import B, A\nimport fastapi\nimport os\n"
    done = format_sources({"tests/x.py": source}, tmp_path, Formatting(), sort_imports=True)
    assert done.sources["tests/x.py"] == (
        "import os\nimport zlib\n\nimport fastapi\n\nfrom app.models import A, B\n"
    )
    assert format_sources({"x.py": source}, tmp_path, Formatting()).sources["x.py"] == source


def test_bytes_are_kept_as_they_come(tmp_path: Path) -> None:
    done = format_sources({"x.py": "x = 'é'\r\n\r\ny = 1\r\n"}, tmp_path, Formatting())
    assert done.sources["x.py"] == 'x = "é"\r\n\r\ny = 1\r\n'


def test_one_process_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    real = subprocess.Popen
    monkeypatch.setattr(
        formatter.subprocess, "Popen", lambda *a, **k: (runs.append(a), real(*a, **k))[1]
    )
    sources = {f"app/{number}/x.py": CALL for number in range(50)}
    assert len(format_sources(sources, tmp_path, Formatting(line_length=30)).sources) == 50
    assert format_sources({"a.txt": "x"}, tmp_path, Formatting()).sources == {"a.txt": "x"}
    assert len(runs) == 1


def test_other_work_is_done_piece_by_piece_while_ruff_runs(tmp_path: Path) -> None:
    done = []
    pieces = (done.append(number) for number in range(3))
    formatted = format_sources({"x.py": CALL}, tmp_path, Formatting(), meanwhile=pieces)
    assert formatted == format_sources({"x.py": CALL}, tmp_path, Formatting())
    assert done == list(range(len(done)))
    assert done


def test_other_work_ends_with_ruff(tmp_path: Path) -> None:
    done = []
    pieces = (done.append(time.sleep(0.01)) for _ in range(10_000))
    format_sources({"x.py": CALL}, tmp_path, Formatting(), meanwhile=pieces)
    assert 0 < len(done) < 10_000


def test_what_goes_wrong_meanwhile_is_told(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        format_sources({"x.py": CALL}, tmp_path, Formatting(), meanwhile=(1 // 0 for _ in range(1)))

"""The command line as a process: exit codes, streams, terminals."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from fastarch import __version__, cli
from fastarch.cli.asked import only_asked
from tests.workflow.shop import COMMAND, enter, environment, new, run, run_json, shop, tree


def process(
    *words: str, cwd: Path | None = None, **more: str
) -> subprocess.CompletedProcess[bytes]:
    """A command in a process of its own."""
    return subprocess.run(
        [*COMMAND, *words],
        cwd=cwd,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


def test_version() -> None:
    assert run("--version").stdout == f"fastarch {__version__}\n"


@pytest.mark.parametrize(
    "command",
    ["", "new", "new resource", "new app", "add", "add filtering", "add pagination", "add sorting", "adopt", "advise", "sync",
     "upgrade", "eject", "remove", "remove resource", "undo", "check", "inspect", "schema"],
)  # fmt: skip
def test_every_command_has_help(command: str) -> None:
    assert "Usage:" in run(*command.split(), "--help").stdout


@pytest.mark.parametrize(
    "words",
    [["new", "resource", "--bogus"], ["nope"], ["new", "resource", "a", "b", "--id", "text"]],
)
def test_wrong_usage(words: list[str]) -> None:
    result = run(*words, code=2)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (["--version"], ["check", "inspect", "sync"]),
        (["sync", "products"], ["sync"]),
        (["--traceback", "check", "--json"], ["check"]),
        (["nothing"], ["check", "inspect", "sync"]),
        (["new", "resource", "sync"], []),
    ],
)
def test_only_the_command_that_is_asked_for_is_taken_apart(
    words: list[str], known: list[str]
) -> None:
    before = [one.name for one in cli.app.registered_commands]
    narrowed = only_asked(cli.app, words)
    names = [one.name for one in narrowed.registered_commands]
    assert names == known or (len(known) > 1 and set(known) < set(names))
    if words[0] == "new":
        ((group,),) = [narrowed.registered_groups]
        assert group.typer_instance is not None
        assert [one.name for one in group.typer_instance.registered_commands] == ["resource"]
    assert [one.name for one in cli.app.registered_commands] == before


def test_help_in_a_narrow_locale() -> None:
    done = process("new", "resource", "--help", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.isascii()


def test_completion_completes_fastarch() -> None:
    # As a shell's start-up file asks; which shell called is not found out everywhere.
    done = process(_FASTARCH_COMPLETE="source_bash")
    assert b"fastarch" in done.stdout
    assert b"python_m" not in done.stdout


def test_the_schema_is_json() -> None:
    assert json.loads(run("schema").stdout)["$defs"]


def test_a_reader_that_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = enter(monkeypatch, tmp_path / "shop")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, "new", "resource", "products", "name", "--diff"],
        cwd=root,
        env=environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert done.returncode == cli.PIPE_CLOSED
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_a_closed_stdout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = enter(monkeypatch, tmp_path / "shop")
    words = " ".join([*COMMAND, "check", ">&-"])
    done = subprocess.run(
        words, shell=True, cwd=root, env=environment(), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_working_directory_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for words in (["check"], ["inspect", "--app", "x"], ["new", "app", "x"]):
        assert "working directory is gone" in run(*words, code=2).stderr
    monkeypatch.chdir(tmp_path)


def test_an_app_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "main.py").touch()
    for name in ("main.py", "nowhere"):
        assert "no such folder" in run("check", "--app", str(tmp_path / name), code=2).stderr


def test_below_the_root_behind_a_link_with_odd_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tmp_path / "my shöp's [app]"
    real.mkdir()
    shop(real)
    link = tmp_path / "link"
    link.symlink_to(real)
    monkeypatch.chdir(link / "app" / "routers")
    new("--json")
    assert (real / "app/routers/products.py").exists()
    assert run("check").exit_code == 0
    run("undo", "--app", str(link))
    assert not (real / "app/routers/products.py").exists()


@pytest.mark.parametrize(
    ("words", "command", "said"),
    [
        (["new", "resource", "products", "--wrong"], "new resource", "--wrong"),
        (["new", "resource", "products", "--layout", "x"], "new resource", "layout"),
        (["remove", "resource"], "remove resource", "Missing argument"),
        (["new", "nothing"], "new", "nothing"),
        (["nothing"], "", "nothing"),
    ],
)
def test_wrong_use_is_json_too(words: list[str], command: str, said: str) -> None:
    document = run_json(*words, code=2)
    assert (document["command"], document["status"]) == (command, "refused")
    assert said in document["errors"][0]["message"]


def test_json_is_alone_on_stdout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enter(monkeypatch, tmp_path / "shop")
    assert run_json("new", "resource", "products", "name", "--dry-run")["status"] == "planned"
    assert run_json("new", "resource", "products", "name")["status"] == "applied"
    assert run_json("new", "resource", "products", "name")["status"] == "unchanged"
    assert run_json("new", "resource", "products", "a:int", code=4)["status"] == "conflict"
    assert run_json("new", "resource", "class", "a", code=2)["status"] == "refused"
    assert run_json("inspect")["entry"]["file"] == "app/main.py"
    assert run_json("check")["status"] == "unchanged"
    assert run_json("undo", "--dry-run")["status"] == "planned"
    assert run_json("remove", "resource", "products")["status"] == "applied"


def test_a_diff_is_what_a_run_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = enter(monkeypatch, tmp_path / "shop")
    before = tree(root)
    diff = new("--diff")
    assert "Plan: new resource" in diff.stderr
    assert tree(root) == before
    other = tmp_path / "other"
    other.mkdir()
    shop(other)
    subprocess.run(["git", "apply"], cwd=other, input=diff.stdout_bytes, check=True)
    new()
    made = {path: text for path, text in tree(root).items() if not path.startswith(".fastarch/")}
    assert tree(other) == made


def test_a_defect_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    enter(monkeypatch, tmp_path / "shop")
    monkeypatch.setattr("fastarch.workflow.checking.check", lambda target: 1 / 0)
    with pytest.raises(ZeroDivisionError) as caught:
        run("check", "--json")
    sys.excepthook(caught.type, caught.value, caught.tb)
    said = capsys.readouterr()
    assert "defect fastarch failed: ZeroDivisionError" in said.err
    assert json.loads(said.out)["errors"][0]["message"].startswith("ZeroDivisionError")


def test_an_interruption(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(target: object) -> None:
        raise KeyboardInterrupt

    enter(monkeypatch, tmp_path / "shop")
    monkeypatch.setattr("fastarch.workflow.checking.check", interrupted)
    assert "Interrupted" in run("check", code=cli.INTERRUPTED).stderr


def test_main_mends_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii"))
    monkeypatch.setattr("sys.argv", ["fastarch", "new", "resource", "--help"])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 0
    monkeypatch.setattr("sys.stdout", None)
    with pytest.raises(SystemExit):
        cli.main()


@pytest.mark.parametrize(
    ("typed", "options", "gone"),
    [(b"n\n", [], False), (b"y\n", [], True), (b"", ["--yes"], True), (b"\x04", [], False)],
)
def test_undo_asks_on_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: bytes, options: list[str], gone: bool
) -> None:
    root = enter(monkeypatch, tmp_path / "shop")
    new()
    keyboard, terminal = pty.openpty()
    os.write(keyboard, typed)
    done = subprocess.Popen(
        [*COMMAND, "undo", *options],
        cwd=root,
        env=environment(TERM="dumb"),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    said = b""
    try:
        while piece := os.read(keyboard, 4096):
            said += piece
    except OSError:  # the other side is closed
        pass
    os.close(keyboard)
    assert done.wait() == 0
    assert (b"Take it back?" in said) is not options.__contains__("--yes")
    assert (root / "app/routers/products.py").exists() is not gone


def test_who_watches_the_program_sees_its_end() -> None:
    profiled = [sys.executable, "-m", "cProfile", "-m", "fastarch", "--version"]
    said = subprocess.run(profiled, env=environment(), capture_output=True, text=True, check=True)
    assert said.stdout.startswith("fastarch ")
    assert "function calls" in said.stdout

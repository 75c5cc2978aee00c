"""``--help`` and ``new resource`` against what the libraries alone cost."""

from __future__ import annotations

import itertools
import sys
import tempfile
from pathlib import Path

from measure import PYTHON, ROOT, Run, by_turns, run, verdict

from tests.e2e.apps import BY_NAME, PRODUCTS
from tests.e2e.project import Project

TWO_COMMANDS = '''
import typer

app = typer.Typer()


@app.command()
def hello(name: str) -> None:
    """Say hello."""


@app.command()
def goodbye(name: str, formal: bool = False) -> None:
    """Say goodbye."""


app()
'''
IMPORTS = "import typer, rich.console, jinja2, pydantic, libcst"


def main(rounds: int = 11) -> int:
    """Measure both; 0 if both bars hold."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Imported, not run as a script: its bytecode is on disk too.
        (folder / "two_commands.py").write_text(TWO_COMMANDS)
        ours, theirs = by_turns(
            lambda: run([PYTHON, "-m", "fastarch", "--help"], ROOT),
            lambda: run([PYTHON, "-c", "import two_commands", "--help"], folder),
            rounds,
        )
        print(f"--help {ours * 1000:.0f} ms, a two-command Typer app {theirs * 1000:.0f} ms")
        holds = verdict("--help : help of a two-command Typer app", ours / theirs, 1.2)
        for app in ("library", "blog"):
            numbers = itertools.count()

            def scaffold(app: str = app, numbers: itertools.count[int] = numbers) -> Run:
                project = Project.copy(BY_NAME[app], folder / f"{app}{next(numbers)}")
                command = [PYTHON, "-m", "fastarch", "new", "resource", *PRODUCTS]
                return run(command, project.root)

            ours, theirs = by_turns(scaffold, lambda: run([PYTHON, "-c", IMPORTS], ROOT), rounds)
            print(f"new resource {ours * 1000:.0f} ms, the imports {theirs * 1000:.0f} ms")
            holds &= verdict(f"new resource into {app} : {IMPORTS[:20]}…", ours / theirs, 1.5)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())

"""Requests per second of the generated endpoints against the leanest hand-written ones.

Both live in one app, validate the same, answer the same and read the same rows; they are asked by
turns, in process, so that neither a socket nor another process stands between.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measure import PYTHON, run

from tests.e2e.apps import BY_NAME, PRODUCTS
from tests.e2e.project import Project


def main() -> int:
    """Scaffold into two examples and measure inside each; 0 if the bars hold."""
    holds = True
    for name in ("library", "helpdesk"):
        with tempfile.TemporaryDirectory() as folder:
            project = Project.copy(BY_NAME[name], Path(folder))
            run([PYTHON, "-m", "fastarch", "new", "resource", *PRODUCTS], project.root)
            env = project.database(f"sqlite:///{folder}/bench.db")
            project.make_tables(env)
            script = str(Path(__file__).with_name("ask.py"))
            done = project.run(PYTHON, script, name, env=env, check=False)
            print(done.stdout, end="", flush=True)
            if done.returncode:
                print(done.stderr, file=sys.stderr)
                holds = False
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())

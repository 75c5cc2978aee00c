"""What asking for a user costs a request, and what fifty sign-ins at once cost the others.

One app serves the same endpoints twice, open and guarded; they are asked by turns, in process.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from measure import ENVIRONMENT, PYTHON, run

from tests.e2e.apps import BY_NAME, PRODUCTS
from tests.e2e.project import Project


def main() -> int:
    """Let users sign in to an example and measure inside; 0 if the bars hold."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project.copy(BY_NAME["library"], Path(folder))
        run([PYTHON, "-m", "fastarch", "new", "resource", *PRODUCTS], project.root)
        run([PYTHON, "-m", "fastarch", "add", "auth", "jwt"], project.root)
        key = {"AUTH_SECRET_KEY": "for measuring alone, and long enough"}
        env = ENVIRONMENT | key | project.database(f"sqlite:///{folder}/bench.db")
        project.make_tables(env)
        script = str(Path(__file__).with_name("ask_guarded.py"))
        return subprocess.run([PYTHON, script], cwd=project.home, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

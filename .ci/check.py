"""The check task that people, pre-commit and CI share.

``python .ci/check.py`` runs everything; ``python .ci/check.py lint types`` only those.
``python .ci/check.py pin`` refreshes the pinned development dependencies (it needs uv).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
SCRIPTS = Path(PYTHON).parent

# The tests come last: their closing line is the last that a person reads.
STEPS = {
    "lint": [PYTHON, "-m", "ruff", "check", "--quiet", "."],
    "format": [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."],
    "types": [PYTHON, "-m", "mypy"],
    "imports": [str(SCRIPTS / "lint-imports")],
    "tests": [PYTHON, "-m", "pytest", "-n", "auto", "--cov", "--cov-report=term"],
}
PIN = [
    "uv", "pip", "compile", "pyproject.toml", "--group", "dev", "--universal",
    "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate",
    "--no-strip-extras", "--no-emit-index-url", "--no-emit-find-links", "--upgrade", "--quiet",
    "--output-file", ".ci/constraints.txt",
]  # fmt: skip


def run(name: str, command: list[str]) -> bool:
    """Run one step from the root; True if it passed."""
    print(f"── {name} {'─' * (76 - len(name))}", flush=True)
    # The tools shall read this checkout, whatever else is installed.
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100"}
    # Hypothesis draws the same examples for everybody here; pytest by itself draws new ones.
    environment.setdefault("CI", "true")
    started = time.monotonic()
    passed = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
    if name != "tests":
        print(f"{'ok' if passed else 'FAILED'} in {time.monotonic() - started:.1f} s", flush=True)
    return passed


def main(names: list[str]) -> int:
    """Run the named steps, or all of them.

    Returns:
        0 if every step passed, 1 if one did not, 2 for an unknown name.
    """
    if names == ["pin"]:
        return 0 if run("pin", PIN) else 1
    unknown = [name for name in names if name not in STEPS]
    if unknown:
        print(f"no such step: {', '.join(unknown)}; there are {', '.join(STEPS)}", file=sys.stderr)
        return 2
    failed = [
        name
        for name, command in STEPS.items()
        if (not names or name in names) and not run(name, command)
    ]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

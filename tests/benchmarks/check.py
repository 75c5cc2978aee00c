"""``check`` in an app with a hundred resources: in step, and with a spec file that was edited."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from many import RESOURCE
from measure import PYTHON, run, verdict

from tests.e2e.apps import BY_NAME
from tests.e2e.project import Project

CHECK = [PYTHON, "-m", "fastarch", "check"]


def main(count: int = 100, rounds: int = 5) -> int:
    """Measure; 0 if the bar holds."""
    with tempfile.TemporaryDirectory() as name:
        project = Project.copy(BY_NAME["library"], Path(name))
        names = (f"gadget_{chr(97 + n // 26)}{chr(97 + n % 26)}s" for n in range(count))
        spec = project.root / "shop.yaml"
        text = "version: 1\nresources:\n" + "".join(RESOURCE.format(name=n) for n in names)
        spec.write_text(text)
        run([PYTHON, "-m", "fastarch", "new", "resource", "--spec", str(spec)], project.root)
        in_step = [run(CHECK, project.root) for _ in range(rounds)]
        # Another file with the same meaning: each resource has to be read.
        spec.write_text(f"# Edited.\n{text}")
        edited = [run(CHECK, project.root) for _ in range(rounds)]
    holds = True
    for what, runs in (("in step", in_step), ("with an edited spec", edited)):
        computing = statistics.median(one.computing for one in runs)
        print(f"{count} resources, {what}: {computing * 1000:.0f} ms of computing")
        seconds = statistics.median(one.seconds for one in runs)
        holds &= verdict(f"check of {count} resources, {what}", seconds, 1, unit=" s")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())

"""A hundred resources from one spec: the time for each further one, and the memory."""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from measure import PYTHON, Run, run, verdict

from tests.e2e.apps import BY_NAME
from tests.e2e.project import Project

RESOURCE = """\
  - resource: {name}
    fields:
      name: str=120:search:sort
      sku: str=32:unique
      price: {{type: decimal, precision: 12, scale: 2, ge: "0", filter: true}}
      status: enum=draft,live:default=draft:filter
      note: text:null
      active: bool:default=true
"""


def scaffold(folder: Path, count: int) -> Run:
    """Scaffold so many resources into a fresh copy of the library."""
    project = Project.copy(BY_NAME["library"], folder / str(count))
    names = (f"gadget_{chr(97 + n // 26)}{chr(97 + n % 26)}s" for n in range(count))
    spec = folder / f"{count}.yaml"
    spec.write_text("version: 1\nresources:\n" + "".join(RESOURCE.format(name=n) for n in names))
    return run([PYTHON, "-m", "fastarch", "new", "resource", "--spec", str(spec)], project.root)


def main(rounds: int = 3) -> int:
    """Measure; 0 if both bars hold."""
    runs = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            runs.append((scaffold(Path(name), 1), scaffold(Path(name), 100)))
    one = statistics.median(first.seconds for first, _ in runs) * 1000
    all_ = statistics.median(second.seconds for _, second in runs) * 1000
    print(f"1 resource {one:.0f} ms, 100 resources {all_:.0f} ms")
    computing = [(second.computing - first.computing) / 99 for first, second in runs]
    print(f"computing for each further one {statistics.median(computing) * 1000:.1f} ms")
    further = [(second.seconds - first.seconds) / 99 for first, second in runs]
    memory = max(second.memory for _, second in runs)
    holds = verdict("each further resource", statistics.median(further) * 1000, 20, unit=" ms")
    holds &= verdict("memory for 100 resources", memory / 2**20, 200, unit=" MB")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())

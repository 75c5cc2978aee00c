"""How many hand edits survive a new generation: fastarch against ``git merge-file``.

``merge.py all`` takes every pair, without it one for each edit. A pair counts where it
merges without a conflict and the result compiles with every name bound. git is given the whole
files, before and after, which is the best that it can get.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from measure import verdict

from fastarch.merge.names import unbound
from tests.merge.pairs import Pair, all_pairs, compiles, some_pairs

BAR = 0.98


def by_git(pair: Pair, folder: Path) -> bytes | None:
    """What git makes of it, None where it conflicts."""
    for name, content in (("ours", pair.ours), ("old", pair.old), ("new", pair.new)):
        (folder / name).write_bytes(content)
    command = ["git", "merge-file", "-p", "ours", "old", "new"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def is_sound(source: bytes, pair: Pair) -> bool:
    """Does it compile, with every name bound?"""
    return compiles(source) and not (unbound(source) or set()) - (unbound(pair.ours) or set())


def main() -> int:
    """Print the table; 1 if the bar is missed."""
    pairs = all_pairs() if "all" in sys.argv else some_pairs()
    total: Counter[str] = Counter()
    ours: Counter[str] = Counter()
    git: Counter[str] = Counter()
    missed = 0
    times = []
    with tempfile.TemporaryDirectory() as scratch:
        for pair in pairs:
            start = time.perf_counter()
            merged = pair.merged()
            times.append(time.perf_counter() - start)
            if pair.clashes:
                missed += not merged.conflicts
                total["true conflicts"] += 1
                ours["true conflicts"] += bool(merged.conflicts)
                git["true conflicts"] += by_git(pair, Path(scratch)) is None
                continue
            row = f"{pair.app}, {pair.role}"
            total[row] += 1
            ours[row] += not merged.conflicts and is_sound(merged.source, pair)
            found = by_git(pair, Path(scratch))
            git[row] += found is not None and is_sound(found, pair)
    conflicts = total.pop("true conflicts")
    print(f"{'compatible edits':32} {'pairs':>6} {'fastarch':>9} {'git':>6}")
    for row, count in total.items():
        print(f"{row:32} {count:6} {ours[row]:9} {git[row]:6}")
    kept = sum(ours[row] for row in total)
    by_lines = sum(git[row] for row in total)
    print(f"{'all':32} {total.total():6} {kept:9} {by_lines:6}")
    print(f"{'share':32} {'':6} {kept / total.total():9.1%} {by_lines / total.total():6.1%}")
    name = "true conflicts that are told"
    print(f"{name:32} {conflicts:6} {ours['true conflicts']:9} {git['true conflicts']:6}")
    print(f"a merge takes {statistics.median(times) * 1000:.0f} ms (median)")
    holds = verdict("share of compatible edits", kept / total.total(), BAR, least=True)
    return 0 if holds and verdict("conflicts that are not told", missed, 0) else 1


if __name__ == "__main__":
    sys.exit(main())

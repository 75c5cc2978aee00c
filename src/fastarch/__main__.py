"""``python -m fastarch``, and the command ``fastarch``."""

from __future__ import annotations

import os
import sys

from fastarch.cli import main


def run() -> None:
    """Run the command line and end at once: to take every module apart first takes a while."""
    try:
        main()
    except SystemExit as done:
        if _is_watched() or not isinstance(done.code, int):
            raise
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except OSError:
            raise done from None  # Python tells it as it does for every program.
        os._exit(done.code)


def _is_watched() -> bool:
    """Whether somebody profiles the program or measures its coverage: there is more to write."""
    if sys.getprofile() or sys.gettrace():
        return True
    # Since Python 3.12 (PEP 669); there is room for six tools.
    monitoring = getattr(sys, "monitoring", None)
    return monitoring is not None and any(map(monitoring.get_tool, range(6)))


if __name__ == "__main__":
    run()

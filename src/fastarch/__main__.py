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
        # Who watches the program, to profile it or to measure its coverage, has something to write.
        if sys.getprofile() or sys.gettrace() or not isinstance(done.code, int):
            raise
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except OSError:
            raise done from None  # Python tells it as it does for every program.
        os._exit(done.code)


if __name__ == "__main__":
    run()

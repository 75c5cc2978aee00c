"""Run commands by turns and compare their medians: only ratios within one run mean anything."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
sys.path.insert(0, str(ROOT))

# Without bytecode on disk every figure doubles.
ENVIRONMENT = {
    key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"
} | {"NO_COLOR": "1", "PYTHONPATH": str(ROOT / "src")}


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command and its children: seconds, those of computing, most memory in bytes."""

    seconds: float
    computing: float
    memory: int


def run(command: Sequence[str], cwd: Path) -> Run:
    """Run a command that must succeed."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}\n{said.decode()}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)


def by_turns(
    first: Callable[[], Run], second: Callable[[], Run], rounds: int
) -> tuple[float, float]:
    """Medians of two commands in seconds, run by turns after a warm-up of each.

    What they compute is told too: it says more where other programs take the processor.
    """
    first(), second()
    pairs = [(first(), second()) for _ in range(rounds)]
    ours, theirs = (statistics.median(each[n].computing for each in pairs) for n in (0, 1))
    print(f"computing {ours * 1000:.0f} : {theirs * 1000:.0f} ms = {ours / theirs:.2f}")
    ours, theirs = (statistics.median(each[n].seconds for each in pairs) for n in (0, 1))
    return ours, theirs


def verdict(what: str, value: float, bar: float, *, unit: str = "", least: bool = False) -> bool:
    """Print a figure beside its bar; True if it holds."""
    holds = value >= bar if least else value <= bar
    sign = "≥" if least else "≤"
    print(f"{what:<58} {value:8.2f}{unit}  {sign} {bar:g}{unit}  {'ok' if holds else 'MISSED'}")
    return holds

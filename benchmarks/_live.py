"""Two identical workers compared by the program itself, on this machine."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import _report as report

from betterworker.bench.errors import BadRunFolder
from betterworker.bench.judge import summarise
from betterworker.bench.model import Comparison, Interval
from betterworker.bench.store import read_run

WORKER = "gunicorn-gevent"
SCENARIO = "json:sync"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What the program said of two servers that are the same."""

    comparison: Comparison
    aa: Interval | None
    wall_s: float

    def goals(self) -> list[report.Goal]:
        verdict = self.comparison.verdict
        return [
            report.Goal(
                text=f"live: no winner among identical workers ({verdict})", reached=verdict != "beats"
            ),
            report.Goal(text=f"live: they are said to be tied ({verdict})", reached=verdict == "tied"),
        ]

    def said(self) -> str:
        ratio = self.comparison.ratio
        aa = f"; A/A {_shown(self.aa)}" if self.aa else ""
        return f"live: {_shown(ratio)} over {ratio.n} blocks, {self.wall_s:,.0f} s in all{aa}"


def compare() -> Compared:
    """Runs a study (minutes) in a folder that is thrown away. BadRunFolder when it compared nothing."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        begin = time.monotonic()
        options = ("--workers", f"{WORKER},{WORKER}", "--scenarios", SCENARIO, "--out", str(run))
        command = (sys.executable, "-m", "betterworker.bench", "run", *options)
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        wall_s = time.monotonic() - begin
        standings = summarise(read_run(run), {}).standings
    if not standings or not standings[0].comparisons:
        raise BadRunFolder(f"The run compared no two servers of {WORKER}.")
    return Compared(comparison=standings[0].comparisons[0], aa=standings[0].aa, wall_s=wall_s)


def _shown(interval: Interval) -> str:
    return f"{interval.median:.3f} [{report.span(interval.low, interval.high)}]"

"""An ideal server for the blocking rows must read what arithmetic says: connections / delay, within 2 %.

The server answers every request 1 s after it came, however many there are. A load engine that starts its
connections in rounds, or counts at the wrong edge of a window, reads something else.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import _common as common
import _report as report

from betterworker.bench import preflight
from betterworker.bench.load import upstream
from betterworker.bench.load.generator import Drive

DELAY_S = 1.0
TOLERANCE = 0.02
CONNECTIONS = (200, 2000)
WINDOWS_S = (2.0, 3.0, 5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One window. ``error`` is the part by which the rate misses the ideal; ``failed`` counts requests."""

    connections: int
    window_s: float
    rps: float
    ideal_rps: float
    error: float
    failed: int

    @property
    def right(self) -> bool:
        return abs(self.error) <= TOLERANCE and not self.failed


def cell(bench: common.Bench, address: tuple[str, int], connections: int, window_s: float) -> Cell:
    seen = bench.window(
        Drive(
            host=address[0],
            port=address[1],
            path="/hello",
            connections=connections,
            warmup_s=DELAY_S,
            window_s=window_s,
            timeout_s=DELAY_S + 5,
            ramp_s=DELAY_S,
            length=2,
        )
    )
    ideal, rps = connections / DELAY_S, common.rate(seen)
    return Cell(
        connections=connections,
        window_s=window_s,
        rps=rps,
        ideal_rps=ideal,
        error=rps / ideal - 1,
        failed=seen.outcomes.errors + seen.outcomes.unfinished,
    )


def measure(connections: Sequence[int], windows_s: Sequence[float]) -> report.Outcome:
    preflight.raise_open_files(preflight.files_needed(max(connections)))
    with (
        common.bench() as bench,
        bench.serve(upstream.__name__, "--latency", str(DELAY_S)) as address,
    ):
        cells = [cell(bench, address, count, window) for count in connections for window in windows_s]
    return report.Outcome(
        figures={"delay_s": DELAY_S, "cells": [asdict(cell) for cell in cells]},
        head=("connections", "window s", "RPS", "ideal", "off by", "failed"),
        rows=[row(cell) for cell in cells],
        goals=[*map(goal, cells), over_all(cells)],
        notes=bench.notes,
    )


def row(cell: Cell) -> Sequence[str]:
    return (
        f"{cell.connections:,}",
        f"{cell.window_s:g}",
        f"{cell.rps:,.1f}",
        f"{cell.ideal_rps:,.0f}",
        f"{cell.error:+.2%}",
        f"{cell.failed:,}",
    )


def goal(cell: Cell) -> report.Goal:
    what = f"{cell.connections:,} connections, {cell.window_s:g} s: within {TOLERANCE:.0%} of the ideal"
    return report.Goal(text=f"{what} ({cell.error:+.2%})", reached=cell.right)


def over_all(cells: Sequence[Cell]) -> report.Goal:
    worst = max((cell.error for cell in cells), key=abs)
    right = sum(cell.right for cell in cells)
    return report.Goal(
        text=f"every window reads the ideal server right ({right} of {len(cells)}, worst {worst:+.2%})",
        reached=right == len(cells),
    )


def main() -> int:
    parser = report.parser(__doc__)
    parser.add_argument(
        "--connections", type=report.whole, nargs="+", default=CONNECTIONS, help="default 200 2000"
    )
    parser.add_argument(
        "--windows", type=report.seconds, nargs="+", default=WINDOWS_S, help="seconds (default 2 3 5)"
    )
    options = parser.parse_args()
    return report.conclude(
        "ideal", lambda: measure(options.connections, options.windows), as_json=options.json
    )


if __name__ == "__main__":
    sys.exit(main())

"""Gates on what one window leaves to the next: a server that did not come to rest."""

from __future__ import annotations

from betterworker.bench.gates.cell import Cell
from betterworker.bench.model import Finding


def restless(cell: Cell) -> Finding | None:
    count = sum(not sample.rested for sample in cell.samples)
    if not count:
        return None
    return Finding(
        gate="contamination",
        severity="note",
        message=f"did not come to rest after {_windows(count, cell)} and was restarted",
        advice="It went on with requests whose clients had left; the next window started clean.",
    )


def restarted(cell: Cell) -> Finding | None:
    count = sum(result.restarted for result in cell.results)
    if not count:
        return None
    return Finding(
        gate="contamination",
        severity="note",
        message=f"was started anew before {_windows(count, cell)}",
        advice="The window before had left it restless or dead: look at that row of this worker.",
    )


def _windows(count: int, cell: Cell) -> str:
    return f"{count} of {len(cell.results)} windows"

"""The page of a history: a line a worker, with intervals, and where the machine or the versions changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.reports import web
from betterworker.bench.reports.rows.history import (
    cell_text,
    change_lines,
    change_text,
    history_notes,
    marks,
    row_table,
    run_lines,
    when,
)
from betterworker.bench.reports.rows.words import row_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from betterworker.bench.history import History, Moment


def render_page(
    history: History,
    *,
    rows: Sequence[str],
    workers: Sequence[str],
    every: bool = False,
    colour: bool = False,
    width: int | None = None,
) -> str:
    """One file without a network, light and dark; ``every``, ``colour`` and ``width`` change nothing."""
    del every, colour, width
    lines = run_lines(history)
    times = [when(moment) for moment in history.moments if moment.begun is not None]
    return web.page(
        "history.html",
        scripts=("history.js",),
        data=_data(history, rows, workers),
        title="Goodput over time",
        runs=list(zip(lines, (moment.page for moment in history.moments), strict=True)),
        span=(times[0], times[-1]) if times else None,
        workers=tuple(workers),
        tables=[row_table(history, row, workers) for row in rows],
        changes=change_lines(history, rows, workers),
        notes=history_notes(history),
    )


def _data(history: History, rows: Sequence[str], workers: Sequence[str]) -> dict[str, object]:
    measured = [moment for moment in history.moments if moment.measured]
    return {
        "workers": list(workers),
        "runs": [[moment.number, when(moment)] for moment in measured],
        "marks": [[index, list(told)] for index, moment in enumerate(measured) if (told := marks(moment))],
        "rows": [{"title": row_title(row), "lines": _lines(measured, row, workers)} for row in rows],
    }


def _lines(moments: Sequence[Moment], row: str, workers: Sequence[str]) -> dict[str, list[list[object]]]:
    """By worker: where in the list of runs, figure, interval, and what to say of it."""
    found = {
        str(at): [
            point for index, moment in enumerate(moments) if (point := _point(index, moment, row, worker))
        ]
        for at, worker in enumerate(workers)
    }
    return {worker: points for worker, points in found.items() if points}


def _point(index: int, moment: Moment, row: str, worker: str) -> list[object]:
    """Empty where there is no figure."""
    estimate, change = moment.estimates.get((worker, row)), moment.changes.get((worker, row))
    if estimate is None or estimate.goodput is None:
        return []
    goodput = estimate.goodput
    told = f"{change_text(change)} against run {moment.against}" if change is not None else ""
    return [index, goodput.median, goodput.low, goodput.high, cell_text(estimate, change), told]

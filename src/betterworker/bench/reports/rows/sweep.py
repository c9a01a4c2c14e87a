"""Throughput against connections: the rows that were measured at several numbers of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.model.points import crowd
from betterworker.bench.reports.rows.figures import MARKS, half_width, without_figure
from betterworker.bench.reports.rows.table import NOTHING, TONES, Cell, Row, Table
from betterworker.bench.reports.rows.words import connections_title, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from betterworker.bench.model import Estimate, Interval, Status, Summary, Swept

    Point = tuple[int, Interval, Status]
    Points = dict[int, dict[str, "Estimate | Swept"]]


def sweep_table(summary: Summary) -> Table:
    """Per swept scenario a row for each number of connections, its own among them, ascending."""
    scenarios = dict.fromkeys(each.scenario for each in summary.swept)
    return Table(
        title="Throughput against connections",
        about="right answers per second (RPS) in a closed loop of so many connections",
        columns=summary.run.study.workers,
        rows=tuple(row for scenario in scenarios for row in _rows(summary, scenario)),
    )


def curve(summary: Summary, worker: str, scenario: str) -> tuple[Point, ...]:
    """Connections, goodput and status of one worker, ascending, the row's own number among them.

    Only points that have a figure; a scenario that was not swept has its own point at most.
    """
    cells = ((count, cells.get(worker)) for count, cells in _points(summary, scenario).items())
    return tuple(
        (count, cell.goodput, cell.status)
        for count, cell in cells
        if cell is not None and cell.goodput is not None
    )


def _points(summary: Summary, scenario: str) -> Points:
    """Number of connections -> worker -> what was measured, ascending."""
    own = summary.run.study.connections[scenario]
    points: Points = {own: {e.worker: e for e in summary.estimates if e.scenario == scenario}}
    for each in summary.swept:
        if each.scenario == scenario:
            points.setdefault(each.connections, {})[each.worker] = each
    return dict(sorted(points.items()))


def _rows(summary: Summary, scenario: str) -> Iterator[Row]:
    own = summary.run.study.connections[scenario]
    for count, cells in _points(summary, scenario).items():
        title, _, noun = connections_title(scenario, count).rpartition(" ")
        yield Row(
            title=f"{title}\n{noun}",
            cells=tuple(_cell(cells.get(worker)) for worker in summary.run.study.workers),
            key=scenario if count == own else f"{scenario}@{crowd(count)}",
        )


def _cell(cell: Estimate | Swept | None) -> Cell:
    if cell is None:
        return NOTHING
    tone, figure = TONES.get(cell.status, "plain"), cell.goodput is not None
    return Cell(text=throughput(cell), tone=tone, figure=figure)


def throughput(cell: Estimate | Swept) -> str:
    """``4,210 ±3%``, or in two or three words why there is no figure. Of a curve no point is best."""
    if cell.goodput is None:
        return without_figure(cell.status, cell.findings, cell.outcomes)
    return f"{number(cell.goodput.median)}{half_width(cell.goodput)}{MARKS.get(cell.status, '')}"

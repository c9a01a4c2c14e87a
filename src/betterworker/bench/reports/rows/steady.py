"""The table of latency under a steady rate: what users feel, at a load that says which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.model.points import COMMON, MIXES
from betterworker.bench.reports.rows.figures import MARKS, half_width, without_figure
from betterworker.bench.reports.rows.table import NOTHING, TONES, Cell, Row, Table
from betterworker.bench.reports.rows.words import number_or_missing, row_title, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from betterworker.bench.model import Paced, Summary


def steady_table(summary: Summary) -> Table:
    """A row per scenario and point, in the summary's order."""
    workers = summary.run.study.workers
    rows: dict[tuple[str, str], dict[str, Paced]] = {}
    for paced in summary.paced:
        if paced.point not in MIXES:  # they have a table of their own
            rows.setdefault((paced.scenario, paced.point), {})[paced.worker] = paced
    return Table(
        title="Latency under a steady rate",
        about="p50/p95/p99 in milliseconds from the intended send times, ± of the percentile before it",
        columns=workers,
        rows=tuple(
            Row(
                title=_title(row),
                cells=tuple(_cell(row.get(worker)) for worker in workers),
                key=f"{scenario}@{point}",
            )
            for (scenario, point), row in rows.items()
        ),
    )


def _title(row: Mapping[str, Paced]) -> str:
    one = next(iter(row.values()))
    title = row_title(one.scenario)
    if one.point == COMMON:
        return f"{title} at {whole(one.rate)} RPS\n(common)"
    return f"{title} at {one.point.removesuffix('%')} %\nof its own capacity"


def _cell(paced: Paced | None) -> Cell:
    if paced is None:
        return NOTHING
    # Of its own capacity: nobody shall compare two workers' milliseconds at different rates.
    rate = "" if paced.point == COMMON or paced.latency is None else f"{whole(paced.rate)} RPS:\n"
    return Cell(
        text=rate + percentiles(paced),
        tone=TONES.get(paced.status, "plain"),
        figure=paced.latency is not None,
    )


def percentiles(paced: Paced) -> str:
    """``2.10/4.30/8.00 ±12%``, the interval behind the percentile that it is of."""
    latency = paced.latency
    if latency is None:
        return without_figure(paced.status, paced.findings, paced.outcomes)
    shown = {50: latency.p50, 95: latency.p95, 99: latency.p99}
    parts = (
        number_or_missing(value) + (half_width(paced.tail) if percentile == paced.tail_percentile else "")
        for percentile, value in shown.items()
    )
    return "/".join(parts) + MARKS.get(paced.status, "")

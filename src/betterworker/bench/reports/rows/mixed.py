"""The table of mixed traffic: what slow requests do to the fast ones beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.model.points import ALONE, MIXED, MIXES
from betterworker.bench.reports.rows.figures import MARKS, half_width, without_figure
from betterworker.bench.reports.rows.table import NOTHING, TONES, Cell, Row, Table
from betterworker.bench.reports.rows.tails import factor, percentile, said, tail
from betterworker.bench.reports.rows.words import number_or_missing, row_title, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from betterworker.bench.model import Latency, Paced, Summary

Points = dict[str, dict[str, "Paced"]]


def mixed_table(summary: Summary) -> Table:
    """Per mixed scenario: beside slow requests, alone, and the factor between."""
    rows: dict[str, Points] = {}
    for paced in summary.paced:
        if paced.point in MIXES:
            row = rows.setdefault(paced.scenario, {MIXED: {}, ALONE: {}})
            row[paced.point][paced.worker] = paced
    workers = summary.run.study.workers
    return Table(
        title="Mixed traffic",
        about="p50/p99 (p95 where said) of the fast requests in milliseconds, and how far slow ones raise it",
        columns=workers,
        rows=tuple(row for scenario, points in rows.items() for row in _rows(scenario, points, workers)),
    )


def _rows(scenario: str, points: Points, workers: Sequence[str]) -> Iterator[Row]:
    title = row_title(scenario)
    beside, alone = points[MIXED], points[ALONE]
    pairs = [(beside.get(worker), alone.get(worker)) for worker in workers]
    if beside:
        cells = tuple(
            _cell(slow, percentile(_latency(slow), _latency(fast)), both=True) for slow, fast in pairs
        )
        yield Row(title=f"{title}\nbeside slow{_rate(beside)}", cells=cells, key=f"{scenario}@{MIXED}")
    if alone:
        cells = tuple(
            _cell(fast, percentile(_latency(slow), _latency(fast)), both=False) for slow, fast in pairs
        )
        yield Row(title=f"{title}\nalone{_rate(alone)}", cells=cells, key=f"{scenario}@{ALONE}")
    if beside and alone:
        yield Row(title=f"{title}\nfactor", cells=tuple(_factor(slow, fast) for slow, fast in pairs))


def _rate(row: Mapping[str, Paced]) -> str:
    return f", {whole(next(iter(row.values())).rate)} RPS"


def _latency(paced: Paced | None) -> Latency | None:
    return paced.latency if paced is not None else None


def _cell(paced: Paced | None, which: int, *, both: bool) -> Cell:
    if paced is None:
        return NOTHING
    tone = TONES.get(paced.status, "plain")
    if paced.latency is None:
        words = without_figure(paced.status, paced.findings, paced.outcomes)
        return Cell(text=words, tone=tone, figure=False)
    median = f"{number_or_missing(paced.latency.p50)}/" if both else ""
    known = half_width(paced.tail) if paced.tail_percentile == which else ""
    figure = f"{number_or_missing(tail(paced.latency, which))}{known}{said(which)}"
    return Cell(text=f"{median}{figure}{MARKS.get(paced.status, '')}", tone=tone)


def _factor(beside: Paced | None, alone: Paced | None) -> Cell:
    text = factor(_latency(beside), _latency(alone))
    if beside is None or text is None:
        return NOTHING
    return Cell(text=f"{text}{MARKS.get(beside.status, '')}")

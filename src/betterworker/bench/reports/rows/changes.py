"""What became of each cell from one run to another: figures, ratios and verdicts, as text."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from betterworker.bench.model.points import ALONE, COMMON, MIXED, MIXES, STEADY
from betterworker.bench.reports.rows.figures import half_width, ratio_interval
from betterworker.bench.reports.rows.table import NOTHING, Cell, Row, Table, Tone
from betterworker.bench.reports.rows.words import MISSING, number, one_line, percent, ratio, row_title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from betterworker.bench.compare import Change, Compared, Fate, Metric
    from betterworker.bench.model import Interval

#: In the order of their tables: title, unit of the figure.
METRICS: dict[Metric, tuple[str, str]] = {
    "goodput": ("Goodput", " RPS"),
    "p50": ("p50", " ms"),
    "p95": ("p95", " ms"),
    "p99": ("p99", " ms"),
    "p99.9": ("p99.9", " ms"),
    "memory": ("Peak memory", " MB"),
    "cpu": ("CPU time of 1,000 answers", " s"),
    "errors": ("Errors", ""),
}
_SHORT: dict[Metric, str] = {"cpu": "CPU"}
#: How a half width begins that is past telling.
VAGUE = " ±>"
CHANGED: tuple[Fate, ...] = ("broke", "worse", "better", "mended")
_POINTS = {COMMON: " at the common rate", MIXED: " beside slow ones", ALONE: " without slow ones"}
_TONES: dict[Fate, Tone] = {
    "broke": "bad",
    "worse": "bad",
    "better": "best",
    "mended": "best",
    "cannot tell": "faint",
    "same": "plain",
}
_MARKS: dict[Fate, str] = {"same": " =", "cannot tell": " ?"}


def place_title(row: str) -> str:
    """``json:sync@50%`` -> ``Sync JSON at 50 %``."""
    scenario, _, point = row.partition("@")
    if point.endswith("%"):
        return f"{row_title(scenario)} at {point[:-1]} %"
    return row_title(scenario) + (_POINTS.get(point, f" at {point}") if point else "")


def metric_figure(metric: Metric, value: float | None) -> str:
    """``4,210 RPS``, ``38.5 ms``, ``1.2%``."""
    if value is None:
        return MISSING
    return percent(value) if metric == "errors" else f"{number(value)}{METRICS[metric][1]}"


def change_ratio(change: Change) -> str:
    """``0.89 [0.85, 0.93]``; of errors the points by which their share of all requests changed."""
    if change.ratio is None:
        return MISSING
    if change.metric != "errors":
        return legible_ratio(change.ratio)
    low, high = change.ratio.low or 0.0, change.ratio.high or 0.0
    return f"{points(change.ratio.median)} points [{points(low)}, {points(high)}]"


def legible_ratio(interval: Interval) -> str:
    """``0.89 [0.85, 0.93]``, or ``0.89 ±>500%``: ends that far out are no figures any more."""
    half = half_width(interval)
    return f"{ratio(interval.median)}{half}" if half.startswith(VAGUE) else ratio_interval(interval)


def points(share: float) -> str:
    """The difference of two shares, in percentage points: ``+1.20``."""
    return f"{100 * share:+.2f}"


def headline(changes: Iterable[Change]) -> str:
    """``1 broke, 2 worse, 3 better, 30 same, 5 cannot tell``: of what there is none only worse and better."""
    counts = Counter(change.fate for change in changes)
    words: tuple[tuple[Fate, bool], ...] = (
        ("broke", False),
        ("worse", True),
        ("better", True),
        ("mended", False),
        ("same", True),
        ("cannot tell", False),
    )
    return ", ".join(f"{counts[fate]:,} {fate}" for fate, always in words if counts[fate] or always)


def changed_table(compared: Compared) -> Table:
    """The changes that the data carries, worst first."""
    rows = [change for change in compared.changes if change.fate in CHANGED]
    return Table(
        title="What changed",
        about="the second run over the first, with the interval that all comparisons together leave",
        columns=("row", "before", "after", "ratio", "verdict"),
        rows=tuple(Row(title=_title(change), cells=_cells(change), key=change.row) for change in rows),
    )


def metric_tables(compared: Compared) -> tuple[Table, ...]:
    """Every ratio, a table for each metric: a row per scenario, a column per worker."""
    return tuple(table for metric in METRICS if (table := _of_metric(metric, compared)) is not None)


def change_record(change: Change) -> dict[str, object]:
    ends = ("median", "low", "high", "n")
    ratio = dict.fromkeys(ends, None) if change.ratio is None else asdict(change.ratio)
    scenario, _, mode = change.scenario.rpartition(":")
    return {
        "worker": change.worker,
        "scenario": scenario,
        "mode": mode,
        "point": change.point,
        "metric": change.metric,
        "before": change.before,
        "after": change.after,
        "ratio": ratio,
        "verdict": change.fate,
        "reason": one_line(change.reason),
    }


def _title(change: Change) -> str:
    return f"{one_line(change.worker)}: {_SHORT.get(change.metric, change.metric)}"


def _cells(change: Change) -> tuple[Cell, ...]:
    verdict = f"{change.fate}: {one_line(change.reason)}" if change.reason else change.fate
    return (
        Cell(text=place_title(change.row), figure=False),
        Cell(text=metric_figure(change.metric, change.before)),
        Cell(text=metric_figure(change.metric, change.after)),
        Cell(text=change_ratio(change)),
        Cell(text=verdict, tone=_TONES[change.fate], figure=False),
    )


def _of_metric(metric: Metric, compared: Compared) -> Table | None:
    found = {(c.worker, c.row): c for c in compared.changes if c.metric == metric}
    if not found:
        return None
    study = compared.before.study
    there = [{key[part] for key in found} for part in (0, 1)]
    workers = [worker for worker in study.workers if worker in there[0]]
    every = (f"{key}@{point}".rstrip("@") for key in study.scenarios for point in ("", *STEADY, *MIXES))
    rows = [row for row in every if row in there[1]]
    return Table(
        title=METRICS[metric][0],
        about="points of the share of all requests"
        if metric == "errors"
        else "the second run over the first; = the same, ? cannot tell",
        columns=tuple(map(one_line, workers)),
        rows=tuple(
            Row(
                title=place_title(row),
                cells=tuple(_ratio(found.get((worker, row))) for worker in workers),
                key=row,
            )
            for row in rows
        ),
    )


def _ratio(change: Change | None) -> Cell:
    if change is None:
        return NOTHING
    text = change_ratio(change) if change.ratio is not None else ""
    mark = _MARKS.get(change.fate, f" {change.fate}")
    return Cell(text=f"{text}{mark}".strip(), tone=_TONES[change.fate])

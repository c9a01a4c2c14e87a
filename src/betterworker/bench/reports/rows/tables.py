"""The tables: a row per scenario, a column per worker, every cell as text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.words import (
    MISSING,
    number,
    number_or_missing,
    one_line,
    percent,
    row_title,
    shortened,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from betterworker.bench.model import Estimate, Interval, Summary

REASON_LENGTH = 24
MARKS = {"at_ceiling": "⌃", "generator_limited": " g"}
BEST = "★"

_INVALID = {
    "unbalanced": "miscounted",
    "impossible": "impossible",
    "wrong_content": "wrong content",
    "nothing_answered": "no answers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """``estimates`` and ``cells`` go by the table's workers."""

    title: str
    estimates: tuple[Estimate, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``about`` says what a cell holds, with its unit. Rows may be none."""

    title: str
    about: str
    workers: tuple[str, ...]
    rows: tuple[Row, ...]


def tables(summary: Summary) -> tuple[Table, ...]:
    """Goodput first. Every table has all rows, but errors only those that had one."""
    errors = _table(summary, "Errors", "requests that went wrong, and their share of all", _errors)
    return (
        _table(summary, "Goodput", "right answers per second (RPS)", goodput),
        _table(summary, "Latency", "p50/p95/p99 in milliseconds", _latency),
        _only_errors(errors),
        _table(summary, "Server CPU", "CPU seconds per 1,000 right answers", _cpu),
        _table(summary, "Peak memory", "PSS of all its processes, in MB", _memory),
    )


def _table(summary: Summary, title: str, about: str, cell: Callable[[Estimate], str]) -> Table:
    study = summary.run.study
    by_cell = {(estimate.worker, estimate.scenario): estimate for estimate in summary.estimates}
    rows = []
    for scenario in study.scenarios:
        row = tuple(by_cell[worker, scenario] for worker in study.workers)
        cells = tuple(cell(estimate) for estimate in row)
        rows.append(Row(title=row_title(scenario), estimates=row, cells=cells))
    return Table(title=title, about=about, workers=study.workers, rows=tuple(rows))


def _only_errors(table: Table) -> Table:
    rows = tuple(row for row in table.rows if any(e.outcomes and e.outcomes.errors for e in row.estimates))
    return Table(title=table.title, about=table.about, workers=table.workers, rows=rows)


def goodput(estimate: Estimate) -> str:
    """``4,210 ±3%★``, or in two or three words why there is no figure."""
    if estimate.goodput is not None:
        marks = (BEST if estimate.best else "") + MARKS.get(estimate.status, "")
        return f"{number(estimate.goodput.median)}{_half_width(estimate.goodput)}{marks}"
    if estimate.status == "failed":
        return f"fails: {_first_words(estimate)}"
    if estimate.status == "invalid":
        return f"invalid: {_invalid(estimate)}"
    absent = {finding.gate for finding in estimate.findings} & {"not_installed", "skipped"}
    return min(absent).replace("_", " ") if absent else MISSING


def _half_width(goodput: Interval) -> str:
    if goodput.low is None or goodput.high is None:
        return ""
    # Geometric: the interval lies about evenly round the median on the logarithmic scale.
    half = 100 * (math.sqrt(goodput.high / goodput.low) - 1)
    # Rounded up, so that no figure looks surer than it is; the rounding keeps 1e-14 from being 1 %.
    return f" ±{math.ceil(round(half, 6))}%"


def _first_words(estimate: Estimate) -> str:
    reasons = [finding.message for finding in estimate.findings if finding.gate == "fails"]
    if not reasons:
        return "see notes"
    # "HTTP 500: RuntimeError: no running event loop": the notes have the rest.
    return shortened(one_line(reasons[0]).partition(": ")[0], REASON_LENGTH)


def _invalid(estimate: Estimate) -> str:
    gate = next((f.gate for f in estimate.findings if f.severity == "invalid"), "see notes")
    outcomes = estimate.outcomes
    if gate == "error_share" and outcomes is not None and outcomes.sent:
        return f"{percent(outcomes.errors / outcomes.sent)} errors"
    return _INVALID.get(gate, gate.replace("_", " "))


def _latency(estimate: Estimate) -> str:
    latency = estimate.latency
    if latency is None:
        return MISSING
    shown = "/".join(number_or_missing(p) for p in (latency.p50, latency.p95, latency.p99))
    return shown + _doubt(estimate)


def _errors(estimate: Estimate) -> str:
    outcomes = estimate.outcomes
    if outcomes is None:
        return MISSING
    if not outcomes.errors:
        return "0"
    return f"{outcomes.errors:,} ({percent(outcomes.errors / outcomes.sent)})"


def _cpu(estimate: Estimate) -> str:
    return number_or_missing(estimate.cpu_s_per_1000)


def _memory(estimate: Estimate) -> str:
    return number_or_missing(estimate.peak_pss_mb) + (
        "" if estimate.peak_pss_mb is None else _doubt(estimate)
    )


def _doubt(estimate: Estimate) -> str:
    return "!" if estimate.status == "invalid" else ""

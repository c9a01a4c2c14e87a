"""The tables of the closed loop: goodput, latency at saturation, errors, and what it took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.figures import BEST, MARKS, half_width, without_figure
from betterworker.bench.reports.rows.table import TONES, Cell, Row, Table
from betterworker.bench.reports.rows.words import MISSING, number, number_or_missing, percent, row_title

if TYPE_CHECKING:
    from collections.abc import Callable

    from betterworker.bench.model import Estimate, Summary


def goodput_table(summary: Summary) -> Table:
    return _table(summary, "Goodput", "right answers per second (RPS)", goodput)


def evidence_tables(summary: Summary) -> tuple[Table, ...]:
    """What lies beside goodput. All rows, but of the errors only those that had one.

    A study without streams has no table of first bytes, one without a database server none of connections.
    """
    saturated = "Latency at saturation (closed loop: not what users feel)"
    first, held = "p50/p95 in milliseconds, at saturation", "the most that the database server held at once"
    streams = _table(summary, "Time to first byte", first, _first_byte, _streams)
    database = _table(summary, "Database connections", held, _db, _had_db)
    return (
        _table(summary, saturated, "p50/p95/p99 in milliseconds", _latency),
        *((streams,) if streams.rows else ()),
        _table(summary, "Errors", "requests that went wrong, and their share of all", _errors, _had_errors),
        _table(summary, "Server CPU", "CPU seconds per 1,000 right answers", _cpu),
        _table(summary, "Peak memory", "PSS of all its processes, in MB", _memory),
        *((database,) if database.rows else ()),
    )


def _table(
    summary: Summary,
    title: str,
    about: str,
    text: Callable[[Estimate], str],
    has: Callable[[Estimate], bool] | None = None,
) -> Table:
    workers = summary.run.study.workers
    rows: dict[str, dict[str, Estimate]] = {}
    for estimate in summary.estimates:
        rows.setdefault(estimate.scenario, {})[estimate.worker] = estimate
    kept = (
        Row(
            title=row_title(scenario),
            cells=tuple(_cell(row[worker], text) for worker in workers),
            key=scenario,
        )
        for scenario, row in rows.items()
        if has is None or any(map(has, row.values()))
    )
    return Table(title=title, about=about, columns=workers, rows=tuple(kept))


def _cell(estimate: Estimate, text: Callable[[Estimate], str]) -> Cell:
    tone = "best" if estimate.best else TONES.get(estimate.status, "plain")
    return Cell(text=text(estimate), tone=tone, figure=estimate.goodput is not None)


def goodput(estimate: Estimate) -> str:
    """``4,210 ±3%★ 32c``, or in two or three words why there is no figure."""
    if estimate.goodput is None:
        return without_figure(estimate.status, estimate.findings, estimate.outcomes)
    marks = (BEST if estimate.best else "") + MARKS.get(estimate.status, "")
    connections = f" {estimate.db_connections:,}c" if estimate.db_connections is not None else ""
    return f"{number(estimate.goodput.median)}{half_width(estimate.goodput)}{marks}{connections}"


def _latency(estimate: Estimate) -> str:
    latency = estimate.latency
    if latency is None:
        return MISSING
    shown = "/".join(number_or_missing(p) for p in (latency.p50, latency.p95, latency.p99))
    return shown + _doubt(estimate)


def _streams(estimate: Estimate) -> bool:
    return estimate.first_byte is not None


def _first_byte(estimate: Estimate) -> str:
    first = estimate.first_byte
    if first is None:
        return MISSING
    return f"{number_or_missing(first.p50)}/{number_or_missing(first.p95)}{_doubt(estimate)}"


def _had_db(estimate: Estimate) -> bool:
    return estimate.db_connections is not None


def _db(estimate: Estimate) -> str:
    return MISSING if estimate.db_connections is None else f"{estimate.db_connections:,}"


def _had_errors(estimate: Estimate) -> bool:
    return estimate.outcomes is not None and estimate.outcomes.errors > 0


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
    if estimate.peak_pss_mb is None:
        return MISSING
    return number(estimate.peak_pss_mb) + _doubt(estimate)


def _doubt(estimate: Estimate) -> str:
    return "!" if estimate.status == "invalid" else ""

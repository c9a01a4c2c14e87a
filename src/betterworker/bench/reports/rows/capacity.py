"""The tables of capacity at an objective: the highest rate that keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.table import NOTHING, Cell, Row, Table
from betterworker.bench.reports.rows.words import one_line, row_title, whole

if TYPE_CHECKING:
    from betterworker.bench.model import Capacity, Summary


def capacity_tables(summary: Summary) -> tuple[Table, ...]:
    """One for each objective that was searched."""
    workers = summary.run.study.workers
    objectives: dict[str, dict[str, dict[str, Capacity]]] = {}
    for capacity in summary.capacities:
        rows = objectives.setdefault(capacity.objective, {})
        rows.setdefault(capacity.scenario, {})[capacity.worker] = capacity
    return tuple(
        Table(
            title=f"Capacity at {one_line(objective)}",
            about="requests per second that keep it (and the rate that broke it)",
            columns=workers,
            rows=tuple(
                Row(title=row_title(scenario), cells=tuple(_cell(row.get(worker)) for worker in workers))
                for scenario, row in rows.items()
            ),
        )
        for objective, rows in objectives.items()
    )


def _cell(capacity: Capacity | None) -> Cell:
    if capacity is None:
        return NOTHING
    return Cell(text=kept(capacity), tone="plain" if capacity.found else "doubtful")


def kept(capacity: Capacity) -> str:
    """``1,250 (1,310)``; ``≥ 1,250`` where nothing broke it, ``< 30`` where nothing kept it."""
    rate, broken = capacity.rate, capacity.broken_at
    if rate is None and broken is None:
        return "not found"
    doubt = "" if capacity.found else " ?"
    if rate is None or broken is None:
        return f"≥ {whole(rate)}{doubt}" if rate is not None else f"< {whole(broken or 0)}{doubt}"
    return f"{whole(rate)} ({whole(broken)}){doubt}"

"""All tables of a summary, in the order of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.against import against_table
from betterworker.bench.reports.rows.capacity import capacity_tables
from betterworker.bench.reports.rows.closed import evidence_tables, goodput_table
from betterworker.bench.reports.rows.mixed import mixed_table
from betterworker.bench.reports.rows.steady import steady_table
from betterworker.bench.reports.rows.sweep import sweep_table
from betterworker.bench.reports.rows.traffic import traffic_tables

if TYPE_CHECKING:
    from betterworker.bench.model import Summary
    from betterworker.bench.reports.rows.table import Table


def tables(summary: Summary) -> tuple[Table, ...]:
    """Goodput first. What the study did not measure has no table; an empty table says that there is none."""
    asked = (
        against_table(summary),
        *traffic_tables(summary),
        sweep_table(summary),
        steady_table(summary),
        mixed_table(summary),
        *capacity_tables(summary),
    )
    return (
        goodput_table(summary),
        *(table for table in asked if table.rows),
        *evidence_tables(summary),
    )

"""What every report shows, derived once: records, tables, notes and facts."""

from betterworker.bench.reports.rows.facts import facts
from betterworker.bench.reports.rows.notes import LEGEND, best_lines, notes, run_notes
from betterworker.bench.reports.rows.record import Record, record
from betterworker.bench.reports.rows.tables import Row, Table, tables
from betterworker.bench.reports.rows.words import row_title

__all__ = [
    "LEGEND",
    "Record",
    "Row",
    "Table",
    "best_lines",
    "facts",
    "notes",
    "record",
    "row_title",
    "run_notes",
    "tables",
]

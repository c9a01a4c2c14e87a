"""What every report shows, derived once: records, tables, verdicts, notes and facts."""

from betterworker.bench.reports.rows.clients import client_record, clients
from betterworker.bench.reports.rows.facts import facts
from betterworker.bench.reports.rows.legend import legend
from betterworker.bench.reports.rows.notes import notes, run_notes
from betterworker.bench.reports.rows.record import (
    Record,
    capacity_record,
    paced_record,
    record,
    standing_record,
    started_record,
)
from betterworker.bench.reports.rows.setups import setups, started
from betterworker.bench.reports.rows.table import Cell, Row, Table, Tone
from betterworker.bench.reports.rows.tables import tables
from betterworker.bench.reports.rows.verdicts import verdicts
from betterworker.bench.reports.rows.words import row_title

__all__ = [
    "Cell",
    "Record",
    "Row",
    "Table",
    "Tone",
    "capacity_record",
    "client_record",
    "clients",
    "facts",
    "legend",
    "notes",
    "paced_record",
    "record",
    "row_title",
    "run_notes",
    "setups",
    "standing_record",
    "started",
    "started_record",
    "tables",
    "verdicts",
]

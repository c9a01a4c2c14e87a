"""What every report shows, derived once: records, tables, verdicts, notes and facts."""

from betterworker.bench.reports.rows.answers import answers
from betterworker.bench.reports.rows.clients import client_record, clients
from betterworker.bench.reports.rows.concluded import answer_record, conclusion_record
from betterworker.bench.reports.rows.conclusions import conclusions_table, evidence, rules
from betterworker.bench.reports.rows.deployment import DEPLOY, deploy_lines, deployment_record, headline
from betterworker.bench.reports.rows.diagnosis import (
    COSTS,
    NOTHING_FOUND,
    cost_lines,
    cost_record,
    costs_of,
    told_costs,
)
from betterworker.bench.reports.rows.facts import facts
from betterworker.bench.reports.rows.heading import title
from betterworker.bench.reports.rows.legend import legend
from betterworker.bench.reports.rows.notes import notes, run_notes
from betterworker.bench.reports.rows.pasting import Pasted, pasted
from betterworker.bench.reports.rows.record import (
    Record,
    by_request_record,
    capacity_record,
    paced_record,
    record,
    standing_record,
    started_record,
    swept_record,
)
from betterworker.bench.reports.rows.setups import setups, started
from betterworker.bench.reports.rows.table import Cell, Row, Table, Tone
from betterworker.bench.reports.rows.tables import tables
from betterworker.bench.reports.rows.topics import ANSWER
from betterworker.bench.reports.rows.verdicts import verdicts
from betterworker.bench.reports.rows.words import row_title

__all__ = [
    "ANSWER",
    "COSTS",
    "DEPLOY",
    "NOTHING_FOUND",
    "Cell",
    "Pasted",
    "Record",
    "Row",
    "Table",
    "Tone",
    "answer_record",
    "answers",
    "by_request_record",
    "capacity_record",
    "client_record",
    "clients",
    "conclusion_record",
    "conclusions_table",
    "cost_lines",
    "cost_record",
    "costs_of",
    "deploy_lines",
    "deployment_record",
    "evidence",
    "facts",
    "headline",
    "legend",
    "notes",
    "paced_record",
    "pasted",
    "record",
    "row_title",
    "rules",
    "run_notes",
    "setups",
    "standing_record",
    "started",
    "started_record",
    "swept_record",
    "tables",
    "title",
    "told_costs",
    "verdicts",
]

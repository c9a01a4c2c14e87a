"""The stable machine interface, documented field by field in docs/report-json.md."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from betterworker.bench.reports.rows import (
    Record,
    answer_record,
    answers,
    by_request_record,
    capacity_record,
    client_record,
    conclusion_record,
    cost_record,
    deployment_record,
    paced_record,
    record,
    standing_record,
    started,
    started_record,
    swept_record,
)
from betterworker.bench.reports.rows.words import one_line

if TYPE_CHECKING:
    from betterworker.bench.model import Study, Summary

name = "json"
suffix = ".json"

SCHEMA = 3
"""History: 1, the first; 2, planned looks (``study.looks`` for ``blocks`` and ``once``), with ``standings``,
``paced`` and ``capacities``; 3, ``workers`` with the terms they ran on, first bytes, database connections and
HTTP clients."""


def render(summary: Summary, *, colour: bool = False, width: int | None = None) -> str:
    """One object; ``colour`` and ``width`` change nothing."""
    del colour, width
    run = summary.run
    document = {
        "schema": SCHEMA,
        "run": {"id": run.id, "finished": run.finished},
        "machine": asdict(run.machine),
        "study": _study(run.study),
        "findings": [asdict(finding) for finding in summary.findings],
        "best": [_place(record(estimate)) for estimate in summary.estimates if estimate.best],
        "cells": [record(estimate) for estimate in summary.estimates],
        "standings": [standing_record(standing) for standing in summary.standings],
        "paced": [paced_record(paced) for paced in summary.paced],
        "requests": [by_request_record(each) for each in summary.requests],
        "capacities": [capacity_record(capacity) for capacity in summary.capacities],
        "workers": [started_record(each) for each in started(run)],
        "swept": [swept_record(each) for each in summary.swept],
        "clients": [client_record(each, run.study.clients) for each in summary.clients],
        "answers": [answer_record(*each) for each in zip(summary.answers, answers(summary), strict=True)],
        "conclusions": [conclusion_record(each) for each in summary.conclusions],
        "costs": [cost_record(each) for each in summary.costs],
        "looked": list(map(one_line, summary.looked)),
        "deployment": deployment_record(summary),
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _study(study: Study) -> dict[str, object]:
    """Without the workers' words, which ``workers`` tell."""
    return {key: value for key, value in asdict(study).items() if key != "setups"}


def _place(cell: Record) -> Record:
    return {key: cell[key] for key in ("worker", "scenario", "mode")}

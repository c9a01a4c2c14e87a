"""Real runs: the published study and those of the fixtures."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from betterworker.bench.compare import compare
from betterworker.bench.judge import summarise
from betterworker.bench.model import Run, Summary
from betterworker.bench.store import read_run

ROOT = Path(__file__).parents[3]
STUDY = ROOT / "benchmarks/studies/2026-11-23-full"
FIXTURES = Path(__file__).parents[1] / "fixtures"


@cache
def published() -> Run:
    """Four of its rows: reading all its histograms takes seconds."""
    run = read_run(STUDY)
    rows = ("json:sync", "json:async", "blocking-1s:sync", "mixed-blocking:sync")
    kept = tuple(result for result in run.results if result.trial.scenario in rows)
    return replace(run, results=kept, study=replace(run.study, scenarios=rows))


@cache
def part(keeps: int) -> Summary:
    """Every other round."""
    run = published()
    kept = tuple(result for result in run.results if result.trial.round % 2 == keeps)
    return summarise(replace(run, results=kept), {})


def test_the_halves_of_a_run_claim_nothing() -> None:
    changes = compare(part(0), part(1)).changes
    assert len(changes) > 100
    assert {change.fate for change in changes} <= {"same", "cannot tell"}


@pytest.mark.parametrize("worker", ["gunicorn-gthread", "uvicorn", "granian-wsgi"])
def test_nor_do_they_with_a_control(worker: str) -> None:
    changes = compare(part(0), part(1), control=worker).changes
    assert {change.fate for change in changes} <= {"same", "cannot tell"}


def test_the_whole_against_itself_claims_nothing() -> None:
    whole = summarise(published(), {})
    changes = compare(whole, whole).changes
    assert {change.fate for change in changes} <= {"same", "cannot tell"}
    assert all(change.ratio is None or change.ratio.median == pytest.approx(1) for change in changes)


@pytest.mark.parametrize("first", [1, 2, 3])
@pytest.mark.parametrize("second", [1, 2, 3])
def test_runs_of_any_formats_can_be_compared(first: int, second: int) -> None:
    before, after = (summarise(read_run(FIXTURES / f"run-format-{each}"), {}) for each in (first, second))
    assert {change.worker for change in compare(before, after).changes} >= {"gunicorn-gevent", "uvicorn"}

"""Runs as older versions stored them stay readable: a folder for every format there was."""

from __future__ import annotations

from pathlib import Path

import pytest

from betterworker.bench.cli import CANNOT
from betterworker.bench.judge import run_failed, summarise
from betterworker.bench.reports import REPORTS
from betterworker.bench.store import FORMAT, read_run

FIXTURES = Path(__file__).parent / "fixtures"
FORMATS = range(1, FORMAT + 1)
#: The fastest worker's goodput, as the version that wrote the run printed it.
FASTEST = {1: "2,823", 2: "2,360", 3: "1,870"}


@pytest.mark.parametrize("number", FORMATS)
def test_a_run_of_every_format_is_read_whole(number: int) -> None:
    run = read_run(FIXTURES / f"run-format-{number}")
    assert run.finished
    assert all(result.sample is None or result.sample.outcomes.balanced for result in run.results)


@pytest.mark.parametrize("number", FORMATS)
@pytest.mark.parametrize("name", REPORTS)
def test_a_run_of_every_format_is_reported(name: str, number: int) -> None:
    summary = summarise(read_run(FIXTURES / f"run-format-{number}"), CANNOT)
    assert run_failed(summary, CANNOT) == ()
    rows = len(summary.estimates) // 3
    assert [estimate.status for estimate in summary.estimates] == ["ok", "ok", "failed"] * rows
    assert FASTEST[number] in REPORTS["text"].render(summary)
    assert REPORTS[name].render(summary)

"""Runs of several rows and workers, for the tests of what they come to."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from betterworker.bench.judge import summarise
from betterworker.bench.model import Setup
from betterworker.bench.store import read_run
from tests.bench.builders import a_failure, a_run, a_study, results

if TYPE_CHECKING:
    from collections.abc import Mapping

    from betterworker.bench.judge import Cannot
    from betterworker.bench.model import Answer, Conclusion, Run, Summary, Topic

STUDIES = Path(__file__).parents[2] / "benchmarks" / "studies"
FAST, HALF, SLOW = (1000, 1010, 990, 1005), (602, 598, 601, 600), (100, 101, 99, 100)
#: Rows that wait and rows that do not, of both modes.
JSON, QUERY, WAITS, ASYNC = "json:sync", "query:sync", "waits:sync", "json:async"
#: A row that fails after its first round.
DIED = (1000, a_failure(kind="died", reason="out of memory"))


def a_run_of(workers: Mapping[str, Any], **study: Any) -> Run:
    """By worker and scenario, the windows as builders.results takes them, a round each."""
    rows = tuple(dict.fromkeys(row for of in workers.values() for row in of))
    values = {
        "looks": dict.fromkeys(rows, (4,)),
        "delays": {row: float("waits" in row) for row in rows},
        **study,
    }
    parts = [results(worker, row, *windows) for worker, of in workers.items() for row, windows in of.items()]
    return a_run(*parts, study=a_study(tuple(workers), rows, **values))


def summed(workers: Mapping[str, Any], cannot: Cannot | None = None, **study: Any) -> Summary:
    return summarise(a_run_of(workers, **study), cannot or {})


def of(summary: Summary, worker: str, topic: Topic) -> Conclusion:
    (found,) = (each for each in summary.conclusions if (each.worker, each.topic) == (worker, topic))
    return found


@cache
def published() -> Summary:
    """The project's own study: 23 workers on 49 rows."""
    run = read_run(STUDIES / "2026-11-23-full")
    return summarise(run, {name: setup.cannot for name, setup in run.study.setups.items()})


def answer(summary: Summary, site: str) -> Answer:
    (found,) = (each for each in summary.answers if each.site == site)
    return found


def a_setup(interface: Any = "asgi", **overrides: Any) -> Setup:
    return Setup(**{"interface": interface, "about": "a server", "distributions": (), **overrides})

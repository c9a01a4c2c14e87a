"""One run with every kind of cell, for all reports to show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from betterworker.bench.judge import Cannot, summarise
from tests.bench.builders import (
    a_ceiling,
    a_failure,
    a_run,
    a_sample,
    a_study,
    an_outcomes,
    results,
)

if TYPE_CHECKING:
    from betterworker.bench.model import Summary

EIGHT = (
    "gunicorn-gevent",
    "gunicorn-gthread",
    "uvicorn",
    "hypercorn-asyncio",
    "hypercorn-uvloop",
    "hypercorn-trio",
    "granian-wsgi",
    "granian-asgi",
)
ROWS = ("json:sync", "json:async", "blocking-1s:async")
CANNOT: Cannot = {"hypercorn-trio": {"sync": "no asyncio loop", "async": "no asyncio loop"}}

TIMED_OUT = a_sample(outcomes=an_outcomes(sent=4000, timeout=480))
BUSY = a_sample(completed=3000, generator_cpu=0.97)
UNANSWERED = a_failure(reason="HTTP 500: RuntimeError: no [running] event loop | <trio>")
ABSENT = a_failure(kind="not_installed", reason="granian is not installed")


def every_kind() -> Summary:
    """Best, at ceiling, generator-limited, invalid, failed, not installed and not run."""
    study = a_study(workers=EIGHT, scenarios=ROWS)
    study = replace(study, delays={**study.delays, "blocking-1s:async": 1.0})
    parts = [
        results("gunicorn-gevent", "json:sync", 30_900, 31_100, 31_000),
        results("gunicorn-gthread", "json:sync", 4_210, 4_230, 4_180),
        results("uvicorn", "json:sync", TIMED_OUT, TIMED_OUT),
        results("hypercorn-asyncio", "json:sync", BUSY, BUSY),
        results("uvicorn", "json:async", 512, 498, 505),
        results("hypercorn-uvloop", "json:async", 506, 510, 496),
        results("gunicorn-gevent", "blocking-1s:async", 2, 2, 2),
        results("uvicorn", "blocking-1s:async", 199, 198, 199),
        results("hypercorn-asyncio", "blocking-1s:async", 197, 198, 199),
    ]
    for row in ROWS:
        parts.append(results("hypercorn-trio", row, UNANSWERED, UNANSWERED))
        parts.append(results("granian-wsgi", row, ABSENT))
    run = a_run(*parts, study=study, ceilings=(a_ceiling(),), finished=False)
    return summarise(run, CANNOT)

"""Runs of two workers over time, judged as the command does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from betterworker.bench.history import Entry, History, history
from betterworker.bench.judge import summarise
from betterworker.bench.store import RunFolder
from tests.bench.builders import a_machine, a_run, a_study, results

if TYPE_CHECKING:
    from pathlib import Path

    from betterworker.bench.model import Machine, Result, Run, Study

NOISE = (0.995, 1.0, 1.005, 1.0, 0.998, 1.002)
ROW = "json:sync"
BEGUN = datetime(2025, 1, 1, 12, tzinfo=UTC)


def windows(gevent: float, uvicorn: float) -> tuple[Result, ...]:
    """Six rounds of each."""
    return (
        *results("gunicorn-gevent", ROW, *(gevent * noise for noise in NOISE)),
        *results("uvicorn", ROW, *(uvicorn * noise for noise in NOISE)),
    )


def a_past_run(gevent: float = 4000.0, uvicorn: float = 1000.0, **overrides: Any) -> Run:
    return a_run(windows(gevent, uvicorn), study=a_study(scenarios=(ROW,)), **overrides)


def entries(*runs: Run) -> list[Entry]:
    """A run a day, in folders a, b, c."""
    return [
        Entry(
            folder="abcdefgh"[day],
            begun=(BEGUN + timedelta(days=day)).timestamp() if run.results else None,
            summary=summarise(run, {}),
        )
        for day, run in enumerate(runs)
    ]


def told(*runs: Run) -> History:
    return history(entries(*runs))


def upgraded(**versions: str) -> Machine:
    return a_machine(packages={"Django": "5.2", "uvicorn": "0.34.0", **versions})


def stored(
    path: Path,
    day: int = 0,
    *,
    gevent: float = 4000.0,
    uvicorn: float = 1000.0,
    finished: bool = True,
    study: Study | None = None,
    machine: Machine | None = None,
) -> Path:
    """A run folder of that day."""
    folder = RunFolder.create(path, study or a_study(scenarios=(ROW,)), machine or a_machine())
    at = (BEGUN + timedelta(days=day)).isoformat()
    for result in windows(gevent, uvicorn) if gevent else ():
        folder.append(replace(result, started_at=at))
    if finished:
        folder.finish()
    folder.close()
    return path

"""Runs to compare: windows in, a summary out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from betterworker.bench.judge import summarise
from betterworker.bench.model import Load, Paces, Result, Summary
from tests.bench.builders import (
    a_histogram,
    a_result,
    a_run,
    a_sample,
    a_study,
    a_trial,
    an_outcomes,
    results,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from betterworker.bench.compare import Change, Compared

#: Three rounds of a steady server.
STEADY = (1000, 1010, 990)


def closed(*, scenario: str = "json:sync", **windows: Any) -> Summary:
    """A row of workers named by keyword, each with its windows as in `builders.results`, a round each."""
    parts = [results(worker, scenario, *values) for worker, values in windows.items()]
    return judged(*parts, workers=tuple(windows), scenarios=(scenario,))


def judged(
    *parts: Sequence[Result], workers: Sequence[str], scenarios: Sequence[str], **study: Any
) -> Summary:
    return summarise(a_run(*parts, study=a_study(workers, scenarios, **study)), {})


def opened(
    worker: str, *answers_ms: float, rate: float = 500.0, point: str = "common", sent: int = 1500
) -> Summary:
    """A worker at a steady rate: two windows or more in which every answer takes so long."""
    parts = [_window(worker, number, each, rate, point, sent) for number, each in enumerate(answers_ms)]
    paces = Paces(scenarios=("json:sync",))
    return judged(parts, workers=(worker,), scenarios=("json:sync",), paces=paces)


def _window(worker: str, round_: int, answer_ms: float, rate: float, point: str, sent: int) -> Result:
    trial = a_trial(
        worker=worker, point=point, round=round_, block=round_, load=Load(connections=64, rate=rate)
    )
    sample = a_sample(
        window_s=sent / rate,
        completed=sent,
        outcomes=an_outcomes(sent=sent),
        latency=a_histogram([round(1000 * answer_ms)] * sent),
        offered=sent,
        dispatched=sent,
        send_lag_ms=0.2,
    )
    return a_result(trial=trial, sample=sample)


def with_machine(summary: Summary, **overrides: Any) -> Summary:
    run = summary.run
    return replace(summary, run=replace(run, machine=replace(run.machine, **overrides)))


def change_of(compared: Compared, metric: str = "goodput", worker: str = "a") -> Change:
    (change,) = (c for c in compared.changes if c.metric == metric and c.worker == worker)
    return change


def fates(compared: Compared, metric: str = "goodput") -> dict[str, str]:
    return {change.worker: change.fate for change in compared.changes if change.metric == metric}

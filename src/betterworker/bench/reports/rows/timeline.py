"""The windows of a run in the order of the clock: drift and noise to look at."""

from __future__ import annotations

import statistics
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from betterworker.bench.disturbance import disturbed_again
from betterworker.bench.model import is_twin, original_of
from betterworker.bench.pacing import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from betterworker.bench.disturbance import Block
    from betterworker.bench.model import Result, Summary

State = Literal["counts", "again", "repeated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One closed-loop window: minutes since the first, goodput, and over the median of its cell.

    ``state`` says whether its block was disturbed: ``repeated`` and so not counted, or disturbed ``again`` in
    the repetition. ``steal`` and ``others_cpu`` are as in a Sample.
    """

    minute: float
    worker: str
    row: str
    block: int
    rps: float
    relative: float | None
    state: State
    twin: bool
    steal: float | None
    others_cpu: float | None


def timeline(summary: Summary) -> tuple[Dot, ...]:
    """Every window of the closed loop that has a sample, in the order it was measured."""
    workers, rows = set(summary.run.study.workers), set(summary.run.study.scenarios)
    results = [
        result
        for result in summary.run.results
        if _is_closed(result)
        and original_of(result.trial.worker) in workers
        and result.trial.scenario in rows
    ]
    if not results:
        return ()
    medians = _medians(counted(results))
    kept = {id(result) for result in counted(results)}
    again = disturbed_again(summary.run)
    begin = min(_time(result) for result in results)
    return tuple(_dot(result, begin, medians, _state(result, kept, again)) for result in results)


def _is_closed(result: Result) -> bool:
    trial = result.trial
    return result.sample is not None and not trial.point and not trial.load.is_open


def _time(result: Result) -> datetime:
    return datetime.fromisoformat(result.started_at)


def _rps(result: Result) -> float:
    sample = result.sample
    return sample.completed / sample.window_s if sample is not None and sample.window_s else 0.0


def _medians(results: Iterable[Result]) -> dict[tuple[str, str], float]:
    rates: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for result in results:
        rates[result.trial.worker, result.trial.row].append(_rps(result))
    return {cell: statistics.median(values) for cell, values in rates.items()}


def _state(result: Result, kept: set[int], again: frozenset[Block]) -> State:
    if id(result) not in kept:
        return "repeated"
    trial = result.trial
    twice = trial.attempt > 1 and (trial.row, trial.round, trial.block, trial.group) in again
    return "again" if twice else "counts"


def _dot(result: Result, begin: datetime, medians: dict[tuple[str, str], float], state: State) -> Dot:
    trial, sample = result.trial, result.sample
    median = medians.get((trial.worker, trial.row))
    return Dot(
        minute=(_time(result) - begin).total_seconds() / 60,
        worker=original_of(trial.worker),
        row=trial.scenario,
        block=trial.block,
        rps=_rps(result),
        relative=_rps(result) / median if median else None,
        state=state,
        twin=is_twin(trial.worker),
        steal=sample.steal if sample is not None else None,
        others_cpu=sample.others_cpu if sample is not None else None,
    )

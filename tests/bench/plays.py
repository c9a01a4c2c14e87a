"""Plays a study through the planner without a server: a function says how each trial ends."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from betterworker.bench.model import Failure, Result, Sample, Study, Trial, original_of
from betterworker.bench.plan import Agenda, Block
from tests.bench.builders import a_result, a_sample, an_outcomes

Ending = Sample | Failure
Ends = Callable[[Trial], Ending]


@dataclass
class Play:
    """What was planned, block by block, and what came of it."""

    agenda: Agenda
    blocks: list[Block] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    forecasts: list[float] = field(default_factory=list)

    @property
    def trials(self) -> list[Trial]:
        return [trial for block in self.blocks for trial in block]

    def windows(self, worker: str, scenario: str = "json:sync", point: str = "") -> list[Trial]:
        return [t for t in self.trials if (t.worker, t.scenario, t.point) == (worker, scenario, point)]


def play(study: Study, ends: Ends, most_blocks: int = 5_000) -> Play:
    """Runs the study to its end; fails when it does not come."""
    played = Play(Agenda(study))
    while (block := played.agenda.block) is not None:
        played.forecasts.append(played.agenda.most_s())
        results = [ended(trial, ends(trial)) for trial in block]
        played.blocks.append(block)
        played.results += results
        played.agenda.learn(results)
        assert len(played.blocks) <= most_blocks, "the plan has no end"
    return played


def ended(trial: Trial, ending: Ending) -> Result:
    if isinstance(ending, Failure):
        return a_result(trial=trial, failure=ending)
    return a_result(trial=trial, sample=ending)


def speeds(rps: Mapping[str, float], noise: float = 0.01, seed: int = 1) -> Ends:
    """Every worker answers at its rate (twins as their originals), closed loop or open, with some noise."""
    rng = random.Random(seed)

    def ends(trial: Trial) -> Sample:
        rate = rps[original_of(trial.worker)] * math.exp(rng.gauss(0, noise))
        asked = trial.load.rate
        if asked is None:
            return a_window(rate * trial.window_s, trial)
        offered = max(round(asked * trial.window_s), 1)
        return a_window(min(rate * trial.window_s, offered), trial, offered)

    return ends


def a_window(completed: float, trial: Trial, offered: int | None = None) -> Sample:
    count = max(round(completed), 1)
    late = max((offered or count) - count, 0)
    return a_sample(
        window_s=trial.window_s,
        completed=count,
        outcomes=an_outcomes(sent=count + late, timeout=late),
        offered=offered,
        dispatched=offered,
        send_lag_ms=None if offered is None else 0.1,
        steal=0.0,
        load_average=1.0,
    )


def order(blocks: Sequence[Block]) -> list[list[str]]:
    return [[trial.worker for trial in block] for block in blocks]

"""Simulated studies of one row: through the planner and the judge, and as they are done elsewhere."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import _noise as noise
from _replay import Replay
from scipy.stats import ttest_ind

from betterworker.bench.judge import row_standing
from betterworker.bench.model import Paces, Result, Standing, Study, is_twin
from betterworker.bench.plan import Agenda

ROW = "json:sync"
RUN_S = 10.0
RUN_WARMUP_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How a row is measured: ``rounds`` are the looks."""

    rounds: tuple[int, ...] = (8, 13, 20)
    blocks_per_round: int = 10
    window_s: float = 0.1
    warmup_s: float = 0.12

    @property
    def looks(self) -> tuple[int, ...]:
        return tuple(self.blocks_per_round * rounds for rounds in self.rounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What a simulated study came to. ``measured_s`` is of the worker that was measured longest, without its
    twin; ``wall_s`` counts warm-ups, restarts and everybody."""

    standing: Standing
    windows: int
    measured_s: float
    wall_s: float

    def beaten(self) -> set[tuple[str, str]]:
        """Leader and rival, wherever the leader is said to beat the rival."""
        return {(each.leader, each.rival) for each in self.standing.comparisons if each.verdict == "beats"}


def interleaved(
    recording: noise.Recording, speeds: Mapping[str, float], design: Design, seed: int
) -> Simulated:
    """One study of a row, by the program's own planner and judge."""
    study = study_of(tuple(speeds), design, seed)
    agenda, machine = Agenda(study), Replay(recording, speeds, seed)
    results: list[Result] = []
    while agenda.block is not None:
        found = machine.measure(agenda.block)
        results += found
        agenda.learn(found)
    windows = Counter(each.trial.worker for each in results if not is_twin(each.trial.worker))
    most = max(windows.values())
    return Simulated(
        standing=row_standing(study, (), ROW, results),
        windows=most,
        measured_s=most * design.window_s,
        wall_s=machine.now,
    )


def study_of(workers: tuple[str, ...], design: Design, seed: int) -> Study:
    return Study(
        profile="simulated",
        target="site",
        workers=workers,
        scenarios=(ROW,),
        connections={ROW: noise.CONNECTIONS},
        windows={ROW: design.window_s},
        warmups={ROW: design.warmup_s},
        timeouts={ROW: 5.0},
        delays={ROW: 0.0},
        looks={ROW: design.looks},
        mixes={},
        paces=Paces(),
        blocks_per_round={ROW: design.blocks_per_round},
        margin=0.03,
        memory_mb=math.inf,
        seed=seed,
        processes=1,
        server_cpus=(0,),
        load_cpus=(1,),
        upstream_latency_s=0.05,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequential:
    """Requests per second of 10 s runs, one server after the other."""

    runs: Mapping[str, Sequence[float]]

    @property
    def winner(self) -> str:
        """As most comparisons have it: the highest mean."""
        return max(self.runs, key=lambda worker: statistics.fmean(self.runs[worker]))

    @property
    def significant(self) -> bool:
        """Welch's t-test at 5 %, of two workers."""
        first, second = self.runs.values()
        return bool(ttest_ind(first, second, equal_var=False).pvalue < 0.05)


def sequential(
    recording: noise.Recording, speeds: Mapping[str, float], budget_s: float, seed: int
) -> Sequential:
    """Each worker is started, run for the whole budget in runs of 10 s, and stopped."""
    machine = Replay(recording, speeds, seed)
    runs: dict[str, list[float]] = {}
    for worker in speeds:
        machine.restart()
        count = max(round(budget_s / RUN_S), 1)
        runs[worker] = [machine.window(worker, RUN_WARMUP_S, RUN_S) / RUN_S for _ in range(count)]
    return Sequential(runs=runs)

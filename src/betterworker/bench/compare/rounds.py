"""A cell's figures round by round.

Windows of one round share a start of the server: the round is the unit, as everywhere.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from betterworker.bench.compare.known import Known
from betterworker.bench.model import Latency, Result, Sample
from betterworker.bench.stats import Spread

# Half of the least count there is stands for none: a logarithm needs something.
_NO_ANSWER = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """Natural logarithms, one a round. ``floor`` is the variance that counting whole requests adds to one."""

    logs: tuple[float, ...]
    floor: float = 0.0

    @property
    def mean(self) -> float:
        return statistics.fmean(self.logs)


def goodput(results: Iterable[Result]) -> Rounds | None:
    counting = [len(each) / 6 / _answers(each) ** 2 for each in _by_round(results)]
    rounds = _rounds(results, lambda samples: _answers(samples) / sum(s.window_s for s in samples))
    # A window cuts through a request at each end: the variance of two uniform errors is 1/6 request².
    return rounds and Rounds(logs=rounds.logs, floor=statistics.fmean(counting))


def cpu_s_per_1000(results: Iterable[Result]) -> Rounds | None:
    return _rounds(results, _cpu)


def memory_mb(results: Iterable[Result]) -> Rounds | None:
    """The peak of each round: of the peak of all windows there is only one."""
    return _rounds(
        results, lambda samples: max((s.peak_pss_mb for s in samples if s.peak_pss_mb is not None), default=0)
    )


def percentile(windows: Sequence[Latency | None], name: str) -> Rounds | None:
    """Of open-loop windows, a round each; None where one has too few requests for it."""
    values: list[float | None] = [getattr(window, name) for window in windows if window is not None]
    known = [value for value in values if value]
    if not known or len(known) < len(windows):
        return None
    return Rounds(logs=tuple(map(math.log, known)))


def figure(own: Rounds, noise: Spread | None) -> Known | None:
    """What the rounds of one cell know of its figure."""
    if noise is None:
        return None
    error = math.sqrt(noise.variance / len(own.logs))
    return Known(centre=own.mean, error=error, freedom=noise.freedom)


def change(before: Rounds, after: Rounds, noise: Spread | None) -> Known | None:
    """What they know of the ratio of two: after over before."""
    if noise is None:
        return None
    error = math.sqrt(noise.variance * (1 / len(before.logs) + 1 / len(after.logs)))
    return Known(centre=after.mean - before.mean, error=error, freedom=noise.freedom)


def _rounds(results: Iterable[Result], of_round: Callable[[Sequence[Sample]], float]) -> Rounds | None:
    """None where a round has no figure above 0."""
    values = [of_round(samples) for samples in _by_round(results)]
    if not values or min(values) <= 0:
        return None
    return Rounds(logs=tuple(map(math.log, values)))


def _by_round(results: Iterable[Result]) -> list[list[Sample]]:
    rounds: defaultdict[int, list[Sample]] = defaultdict(list)
    for result in results:
        if result.sample is not None:
            rounds[result.trial.round].append(result.sample)
    return list(rounds.values())


def _answers(samples: Sequence[Sample]) -> float:
    return max(sum(sample.completed for sample in samples), _NO_ANSWER)


def _cpu(samples: Sequence[Sample]) -> float:
    measured = [(s.server_cpu_s, s.completed) for s in samples if s.server_cpu_s is not None]
    completed = sum(count for _, count in measured)
    return 1000 * sum(cpu for cpu, _ in measured) / completed if completed else 0

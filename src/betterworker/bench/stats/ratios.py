"""Rounds of two workers visited in the same blocks: the ratio of their figures, round by round."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Half of the least count there is stands for none: a logarithm needs something.
_NO_ANSWER = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """``completed`` right answers in ``seconds``; ``parts`` windows may have been put together."""

    completed: float
    seconds: float
    parts: int = 1


def together(windows: Sequence[Window]) -> Window:
    """One window of several."""
    return Window(
        completed=sum(each.completed for each in windows),
        seconds=sum(each.seconds for each in windows),
        parts=sum(each.parts for each in windows),
    )


Blocks = Mapping[tuple[int, int], Window]
"""One worker's windows by (round, block)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Of one round: the natural logarithm of the ratio of two workers' figures.

    ``counting`` is the variance that counting whole requests adds to it; ``blocks`` of the round hold both.
    """

    value: float
    counting: float = 0.0
    blocks: int = 1


Ratios = Mapping[int, Ratio]
"""By round."""


def ratios(first: Blocks, second: Blocks) -> Ratios:
    """First over second, of every round with blocks that hold both.

    A round's value is the logarithm of the ratio of what both completed over the same blocks of it. (The mean
    of the blocks' logarithms would let one short window that fell into a pause outweigh many: its spread was
    measured to be a tenth to a third wider.)
    """
    rounds: defaultdict[int, list[tuple[Window, Window]]] = defaultdict(list)
    for key in first.keys() & second.keys():
        rounds[key[0]].append((first[key], second[key]))
    return {
        round_: Ratio(value=_log_ratio(each), counting=_counting_variance(each), blocks=len(each))
        for round_, each in rounds.items()
    }


def mean_of_rows(rows: Sequence[Ratios]) -> Ratios:
    """Several rows taken together: the mean of their logarithms, in which each weighs the same.

    Of the rounds that hold all of them: later ones hold only the rows that were not settled, and their mean
    would be of something else. ``blocks`` counts such a round once.
    """
    shared = set.intersection(*(set(row) for row in rows)) if rows else set()
    return {round_: _mean([row[round_] for row in rows]) for round_ in sorted(shared)}


def _mean(rows: Sequence[Ratio]) -> Ratio:
    return Ratio(
        value=statistics.fmean(each.value for each in rows),
        counting=sum(each.counting for each in rows) / len(rows) ** 2,
    )


def _log_ratio(windows: Sequence[tuple[Window, Window]]) -> float:
    first, second = zip(*windows, strict=True)
    return math.log(_goodput(first) / _goodput(second))


def _goodput(windows: Sequence[Window]) -> float:
    return _answers(windows) / sum(window.seconds for window in windows)


def _answers(windows: Sequence[Window]) -> float:
    return max(sum(window.completed for window in windows), _NO_ANSWER)


def _counting_variance(windows: Sequence[tuple[Window, Window]]) -> float:
    """A window cuts through a request at each end: the variance of two uniform errors is 1/6 request²."""
    return sum(map(_counting_error, zip(*windows, strict=True)))


def _counting_error(side: Sequence[Window]) -> float:
    return sum(window.parts for window in side) / 6 / _answers(side) ** 2

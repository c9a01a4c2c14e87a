"""Two workers visited in the same blocks: the ratio of their goodputs, with what is known of its noise.

Servers are restarted between rounds, and two windows of one round share that start: the round is the unit
of analysis, the top level of repetition (Kalibera & Jones, ISMM 2013), and blocks inside it only make its
figure steadier.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass, replace

from betterworker.bench.stats.intervals import t_quantile
from betterworker.bench.stats.ratios import Blocks, Ratios, ratios

#: The most that the row's other comparisons may say of one's variance, in degrees of freedom. Simulated with
#: two to four rounds: 8 claim false winners in 1 of 10 studies of unequally noisy workers, 4 in 1 of 50;
#: 2 find a difference of 40 % in two rounds half as often as 4.
PRIOR_DF = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Natural logarithms of the ratio of two workers' goodputs.

    ``mean`` is over rounds, ``variance`` that of one round (None of a single round), ``floor`` the variance
    that counting whole requests adds to a round.
    """

    mean: float
    variance: float | None
    floor: float
    rounds: int
    blocks: int

    @property
    def freedom(self) -> int:
        return self.rounds - 1

    def reversed(self) -> Pair:
        return replace(self, mean=-self.mean)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The variance of one round's log-ratio, and the degrees of freedom with which it is known."""

    variance: float
    freedom: float


def pair(first: Blocks, second: Blocks) -> Pair | None:
    """First over second, from the blocks that hold both; None where there is none."""
    return pair_of(ratios(first, second))


def pair_of(rounds: Ratios) -> Pair | None:
    """From the ratios of rounds; None where there is none."""
    if not rounds:
        return None
    values = [each.value for each in rounds.values()]
    return Pair(
        mean=statistics.fmean(values),
        variance=statistics.variance(values) if len(values) > 1 else None,
        floor=statistics.fmean(each.counting for each in rounds.values()),
        rounds=len(rounds),
        blocks=sum(each.blocks for each in rounds.values()),
    )


def moderated(own: Pair, others: Iterable[Pair]) -> Spread | None:
    """The variance of ``own``'s rounds, moderated by what the row's other comparisons show.

    With few rounds a variance is hardly known, and one that came out small by chance would claim anything.
    As in limma (Smyth, Stat. Appl. Genet. Mol. Biol. 2004): ``s² = (d0·s0² + d·s²) / (d0 + d)`` on ``d0 + d``
    degrees of freedom, with ``s0²`` pooled over the others and ``d0`` theirs, at most PRIOR_DF. At least what
    counting whole requests adds. None when neither knows anything.
    """
    prior, prior_freedom = _pooled(others)
    freedom = own.freedom + min(PRIOR_DF, prior_freedom)
    if not freedom:
        return None
    squares = own.freedom * (own.variance or 0.0) + min(PRIOR_DF, prior_freedom) * prior
    return Spread(variance=max(squares / freedom, own.floor), freedom=freedom)


def limits(own: Pair, spread: Spread, level: float) -> tuple[float, float]:
    """The two-sided t-interval of the mean log-ratio at ``level`` (0.05 for 95 %)."""
    half = t_quantile(spread.freedom, level) * math.sqrt(spread.variance / own.rounds)
    return own.mean - half, own.mean + half


def p_value(own: Pair, spread: Spread) -> float:
    """Two-sided, of the hypothesis that the two are equally fast."""
    from scipy.special import stdtr

    if not spread.variance:
        return 1.0 if own.mean == 0 else 0.0
    return float(2 * stdtr(spread.freedom, -abs(own.mean) / math.sqrt(spread.variance / own.rounds)))


def rounds_needed(own: Pair, spread: Spread, level: float, margin: float) -> int | None:
    """About how many rounds in all would show a difference, or equivalence inside ``±margin``.

    Natural logarithms; whichever comes first, taking the ratio and its spread to be what was observed (normal
    approximation). None when it cannot be said: neither is in sight.
    """
    from scipy.special import ndtri

    away = max(abs(own.mean), margin - abs(own.mean))
    if not away:
        return None
    return math.ceil((float(ndtri(level / 2)) / away) ** 2 * spread.variance)


def _pooled(pairs: Iterable[Pair]) -> tuple[float, int]:
    known = [(each.variance, each.freedom) for each in pairs if each.variance is not None]
    freedom = sum(each for _, each in known)
    return (sum(variance * each for variance, each in known) / freedom, freedom) if freedom else (0.0, 0)

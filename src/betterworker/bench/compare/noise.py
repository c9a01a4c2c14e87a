"""How much figures differ from round to round: of one cell, of its row, of the run."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from betterworker.bench.compare.rounds import Rounds
from betterworker.bench.stats import Spread
from betterworker.bench.stats.paired import PRIOR_DF


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """Whose noise is alike: cells of one ``row`` (and of one status, as a ceiling cuts noise off); and, less
    so, all of one ``kind``."""

    row: tuple[str, ...]
    kind: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """A sum of squares, and its degrees of freedom."""

    squares: float = 0.0
    freedom: int = 0

    def __add__(self, other: Within) -> Within:
        return Within(self.squares + other.squares, self.freedom + other.freedom)

    def __sub__(self, other: Within) -> Within:
        # What was added and taken away again may leave a little less than nothing.
        return Within(max(self.squares - other.squares, 0.0), self.freedom - other.freedom)


class Noise:
    """Of all cells that are compared."""

    def __init__(self, cells: Iterable[tuple[Kin, Sequence[Rounds]]]) -> None:
        self.rows: defaultdict[tuple[str, ...], Within] = defaultdict(Within)
        self.kinds: defaultdict[tuple[str, ...], Within] = defaultdict(Within)
        for kin, rounds in cells:
            self.rows[kin.row] += within(rounds)
            self.kinds[kin.kind] += within(rounds)

    def spread(self, kin: Kin, own: Sequence[Rounds]) -> Spread | None:
        """The variance of a round of one cell, moderated by that of the others.

        As of pairs (stats.paired.moderated): few rounds hardly know it, and one that came out small by chance
        would claim anything. The others are those of its row; where these know little as well, as with one
        worker, those of its kind. None when nobody knows.
        """
        known = within(own)
        others = self.rows[kin.row] - known
        if others.freedom < PRIOR_DF:
            others = self.kinds[kin.kind] - known
        weight = min(PRIOR_DF, others.freedom)
        if not known.freedom + weight:
            return None
        prior = others.squares / others.freedom if weight else 0.0
        variance = (known.squares + weight * prior) / (known.freedom + weight)
        floor = max(each.floor for each in own)
        return Spread(variance=max(variance, floor), freedom=known.freedom + weight)


def within(rounds: Iterable[Rounds]) -> Within:
    known = [each.logs for each in rounds if len(each.logs) > 1]
    squares = sum(statistics.variance(logs) * (len(logs) - 1) for logs in known)
    return Within(squares, sum(len(logs) - 1 for logs in known))

"""A closed-loop row ready to be compared: every two workers of it, its leader, its A/A, and their noise."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from betterworker.bench.judge.windows import Windows
from betterworker.bench.model import Status, original_of, twin_of
from betterworker.bench.stats import Pair, Spread, holm, moderated, p_value, pair

LEADS: frozenset[Status] = frozenset({"ok", "at_ceiling"})

Both = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """``statuses`` holds the published workers; ``pairs`` any two of them in either order, where they have
    common blocks, and the leader's twin over the leader: the A/A, whoever was the leader at the time."""

    statuses: Mapping[str, Status]
    leader: str
    pairs: Mapping[Both, Pair]

    @property
    def aa(self) -> Both:
        return twin_of(self.leader), self.leader

    @property
    def rivals(self) -> tuple[str, ...]:
        """Those with a common block with the leader, in the study's order."""
        return tuple(slot for slot in self.statuses if (slot, self.leader) in self.pairs)

    def capped(self, both: Both) -> bool:
        return all(self.statuses[original_of(slot)] == "at_ceiling" for slot in both)

    def testable(self, both: Both) -> bool:
        """Whether a test could tell: a lower bound is never beaten, and at the ceiling all tie."""
        limited = any(self.statuses[slot] == "generator_limited" for slot in both)
        return not limited and not self.capped(both)

    def spread(self, both: Both) -> Spread | None:
        """The pair's noise, moderated by the row's other pairs with the leader and the A/A.

        The ceiling cuts noise off: pairs of two workers at it inform each other alone.
        """
        capped = self.capped(both)
        others = [
            self.pairs[other]
            for slot in (*self.statuses, twin_of(self.leader))
            if (other := (slot, self.leader)) in self.pairs
            and set(other) != set(both)
            and self.capped(other) == capped
        ]
        return moderated(self.pairs[both], others)

    def levels(self, level: float) -> dict[frozenset[str], float]:
        """The level that Holm leaves to each two workers that can be tested.

        Over all pairs, not over those with the leader alone: the leader is chosen by the same data, and the
        best of several equal workers lies above the others by chance.
        """
        spreads = {
            both: spread
            for both in combinations(self.statuses, 2)
            if both in self.pairs and self.testable(both) and (spread := self.spread(both)) is not None
        }
        p_values = [p_value(self.pairs[both], spread) for both, spread in spreads.items()]
        return dict(zip(map(frozenset, spreads), holm(p_values, level), strict=True))


def row(found: Windows, statuses: Mapping[str, Status]) -> Row | None:
    """From windows and the statuses of the published workers; None when none of them can lead."""
    pairs = paired(list(statuses), lambda first, second: pair(found.workers[first], found.workers[second]))
    return of_pairs(pairs, statuses, statuses, pair(found.twins, found.originals))


def of_pairs(
    pairs: Mapping[Both, Pair], statuses: Mapping[str, Status], candidates: Collection[str], aa: Pair | None
) -> Row | None:
    """A row whose leader is one of the ``candidates``; None when none of them can lead."""
    leader = _leader(
        pairs, [slot for slot, status in statuses.items() if status in LEADS and slot in candidates]
    )
    if leader is None:
        return None
    twin = {} if aa is None else {(twin_of(leader), leader): aa}
    return Row(statuses=statuses, leader=leader, pairs={**pairs, **twin})


def paired(workers: Sequence[str], compare: Callable[[str, str], Pair | None]) -> dict[Both, Pair]:
    """Any two of the workers that ``compare`` has something on, in either order."""
    pairs: dict[Both, Pair] = {}
    for first, second in combinations(workers, 2):
        both = compare(first, second)
        if both is not None:
            pairs[first, second], pairs[second, first] = both, both.reversed()
    return pairs


def _leader(pairs: Mapping[Both, Pair], candidates: Sequence[str]) -> str | None:
    """Who compares best with its strongest rival, each two over their common blocks: a worker that was
    dropped early neither gains nor loses by the blocks it had no part in."""

    def worst(worker: str) -> float:
        means = [pairs[worker, rival].mean for rival in candidates if (worker, rival) in pairs]
        return min(means, default=-math.inf)

    return max(candidates, key=worst, default=None)

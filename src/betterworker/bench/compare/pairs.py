"""Cells that both runs have, two by two: which can be compared, and why others cannot."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from betterworker.bench.compare.noise import Kin
from betterworker.bench.compare.nouns import PERCENTILES, Elsewhere, Metric
from betterworker.bench.compare.sides import Place, Side, Sides
from betterworker.bench.model import Status

#: Rates within this part of each other are the same load.
SAME_RATE = 0.02
#: The tail that is compared: the highest that every window carries.
TAILS: tuple[Metric, ...] = ("p99", "p95")
CLOSED: tuple[Metric, ...] = ("goodput", "memory", "cpu")
GONE: frozenset[Status] = frozenset({"invalid", "failed"})

_MISSING: dict[Metric, str] = {
    "goodput": "no right answer was counted in some round",
    "memory": "its memory was not measured in some round",
    "cpu": "its CPU time was not counted in some round",
    "errors": "no request was sent",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """One metric of one cell in both runs. It ``tells`` of the cell itself where that has no figure."""

    place: Place
    metric: Metric
    before: Side
    after: Side
    tells: bool = False

    @property
    def row(self) -> tuple[str, str, Metric]:
        """Scenario, point and metric."""
        return (*self.place[1:], self.metric)

    @property
    def kin(self) -> Kin:
        """The ceiling cuts noise off."""
        capped = "capped" * self.capped
        return Kin(row=(*self.row, capped), kind=(self.metric, "open" * bool(self.place[2]), capped))

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.before, self.after

    @property
    def capped(self) -> bool:
        """At the ceiling in both: then they tie."""
        return self.metric == "goodput" and all(side.status == "at_ceiling" for side in self.sides)


def pairs(before: Sides, after: Sides, also: Collection[Metric]) -> Iterator[Both]:
    """Goodput, memory and CPU of the closed loop, a tail of the open loop, and what is asked for beside."""
    for place in dict.fromkeys(place for place, _ in before if (place, "errors") in after):
        own = (_tail(before, after, place),) if place[2] else CLOSED
        asked = [metric for metric in also if (place, metric) in before]
        for metric in dict.fromkeys((*own, *asked)):
            sides = before[place, metric], after[place, metric]
            yield Both(place=place, metric=metric, before=sides[0], after=sides[1], tells=metric == own[0])


def elsewhere(both: Both) -> Elsewhere | None:
    """Said of a cell that was measured at another rate."""
    rates = both.before.rate, both.after.rate
    if rates[0] is None or rates[1] is None or abs(math.log(rates[1] / rates[0])) <= math.log1p(SAME_RATE):
        return None
    worker, scenario, point = both.place
    return Elsewhere(worker=worker, scenario=scenario, point=point, before=rates[0], after=rates[1])


def told(both: Both) -> bool:
    """Whether there is anything to say. That a cell has no figure in one run is said of it once."""
    if both.metric in ("memory", "cpu") and all(side.figure is None for side in both.sides):
        return False
    published = [side.published for side in both.sides]
    return all(published) or (both.tells and any(published))


def why_not(both: Both) -> str:
    """Why the two cannot be compared; empty where they can."""
    statuses = [side.status for side in both.sides]
    if "generator_limited" in statuses and both.metric in ("goodput", *PERCENTILES):
        return "limited by the load generator, not by the server"
    if statuses == ["saturated", "saturated"] and both.metric in PERCENTILES:
        return "its rate was kept in neither run"
    if all(_known(side) for side in both.sides):
        return ""
    return _MISSING.get(both.metric, f"a window has too few requests for its {both.metric}")


def _known(side: Side) -> bool:
    return side.rounds is not None or side.share is not None


def _tail(before: Sides, after: Sides, place: Place) -> Metric:
    """Which percentile stands for the tail of an open-loop cell: of a broken one what is left decides."""
    alive = [found[place, TAILS[0]].published for found in (before, after)]
    for metric in TAILS:
        there = (found[place, metric].rounds for found in (before, after))
        if any(alive) and all(known is not None for known, lives in zip(there, alive, strict=True) if lives):
            return metric
    return TAILS[-1]

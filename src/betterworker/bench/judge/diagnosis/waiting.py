"""Fast requests that wait behind slow ones: their tail beside the others, and by themselves."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator

from betterworker.bench.judge.diagnosis.told import ms
from betterworker.bench.model import ByRequest, Cost, Summary, is_twin

#: So many times longer, and so many milliseconds, before it is told.
TIMES, MUCH_TIMES, LEAST_MS = 3.0, 10.0, 20.0
FEW = 3


def behind_others(summary: Summary) -> Iterator[Cost]:
    by_name: defaultdict[str, list[tuple[float, float, str]]] = defaultdict(list)
    for each in summary.requests:
        beside, alone = _tails(each)
        if not alone or beside / alone < TIMES or beside - alone < LEAST_MS:
            continue
        if each.status != "invalid" and not is_twin(each.worker) and _slower(each, summary.requests):
            by_name[each.name].append((beside, alone, each.worker))
    for name, found in by_name.items():
        found.sort(key=lambda one: one[1] / one[0])
        beside, alone, _ = found[0]
        yield Cost(
            topic="waiting",
            weight="much" if beside / alone >= MUCH_TIMES else "some",
            what=f"{name} waits behind slower requests",
            evidence=tuple(
                f"{worker}: p99 of {ms(beside)} beside the others, {ms(alone)} by itself"
                for beside, alone, worker in found[:FEW]
            ),
            mend="Make the slow request shorter, or give it processes of its own (an upstream by its path).",
            workers=tuple(dict.fromkeys(worker for _, _, worker in found)),
        )


def _slower(request: ByRequest, every: Iterable[ByRequest]) -> bool:
    """Whether it stands beside one that takes longer by itself, or has no row of its own."""
    place = (request.worker, request.scenario, request.point)
    others = (each for each in every if (each.worker, each.scenario, each.point) == place)
    return any(each.name != request.name and _median(each) > _median(request) for each in others)


def _median(request: ByRequest) -> float:
    found = request.alone.p50 if request.alone else None
    return math.inf if found is None else found


def _tails(each: ByRequest) -> tuple[float, float]:
    beside = each.latency.p99 if each.latency else None
    alone = each.alone.p99 if each.alone else None
    return (beside, alone) if beside is not None and alone is not None else (0.0, 0.0)

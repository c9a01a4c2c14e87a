"""Every figure of two runs beside each other, with what the data carries."""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Sequence

from betterworker.bench.compare.control import controlled
from betterworker.bench.compare.differences import differences, only
from betterworker.bench.compare.known import Known
from betterworker.bench.compare.noise import Noise
from betterworker.bench.compare.nouns import Compared, Metric
from betterworker.bench.compare.pairs import CLOSED, TAILS, Both, elsewhere, pairs, told, why_not
from betterworker.bench.compare.rounds import Rounds, change
from betterworker.bench.compare.sides import sides
from betterworker.bench.compare.verdicts import Shift, verdicts, worst_first
from betterworker.bench.model import Summary


def compare(
    before: Summary, after: Summary, *, also: Collection[Metric] = (), control: str | None = None
) -> Compared:
    """What changed from one run to the other.

    ``also`` are metrics to compare beside goodput, memory, CPU and the tails. With a ``control``, a worker of
    both runs, every ratio is divided by its own in the same row; BadInput when it is not in both.
    """
    wanted = {*CLOSED, *TAILS, "errors", *also}
    found = list(pairs(sides(before, wanted), sides(after, wanted), also))
    apart = [each for both in found if (each := elsewhere(both)) is not None]
    comparable = [both for both in found if elsewhere(both) is None and told(both)]
    plain = _shifts(comparable)
    margin = min(before.run.study.margin, after.run.study.margin)
    workers = (before.run.study.workers, after.run.study.workers)
    shifts = plain if control is None else controlled(plain, control, workers)
    return Compared(
        before=before.run,
        after=after.run,
        changes=worst_first(verdicts(shifts, margin)),
        differs=differences(before.run, after.run),
        only_before=only(before, after),
        only_after=only(after, before),
        elsewhere=tuple(dict.fromkeys(apart)),
        middle=_middle(plain),
        control=control,
    )


def _shifts(found: Sequence[Both]) -> list[Shift]:
    noise = Noise((both.kin, _rounds(both)) for both in found if all(side.published for side in both.sides))
    return [_shift(both, noise) for both in found]


def _shift(both: Both, noise: Noise) -> Shift:
    if not all(side.published for side in both.sides):
        return Shift(both=both)
    why = why_not(both)
    if why:
        return Shift(both=both, reason=why)
    known = _known(both, noise)
    return Shift(both=both, known=known, reason="" if known else "one round in each run shows no noise")


def _known(both: Both, noise: Noise) -> Known | None:
    before, after = both.sides
    if before.share is not None and after.share is not None:
        return after.share.minus(before.share)
    first, second = _rounds(both)
    return change(first, second, noise.spread(both.kin, (first, second)))


def _rounds(both: Both) -> list[Rounds]:
    return [side.rounds for side in both.sides if side.rounds is not None]


def _middle(shifts: Sequence[Shift]) -> float | None:
    logs = [
        shift.known.centre
        for shift in shifts
        if shift.known is not None and shift.both.metric == "goodput" and not shift.both.capped
    ]
    return math.exp(statistics.median(logs)) if logs else None

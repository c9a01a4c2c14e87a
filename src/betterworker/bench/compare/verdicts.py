"""What can be claimed of each change, at a level that all of them together leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from betterworker.bench.compare.known import Known
from betterworker.bench.compare.nouns import LESS_IS_BETTER, Change, Fate
from betterworker.bench.compare.pairs import GONE, Both
from betterworker.bench.gates import MAX_ERROR_SHARE
from betterworker.bench.model import Interval
from betterworker.bench.stats import CONFIDENCE, holm

_ORDER: tuple[Fate, ...] = ("broke", "worse", "better", "mended", "cannot tell", "same")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What is known of how one figure changed; of one that is not known the reason, where there is one."""

    both: Both
    known: Known | None = None
    reason: str = ""


def verdicts(shifts: Sequence[Shift], margin: float) -> list[Change]:
    """Holm's procedure over all figures that can be tested: the more there are, the more each has to show."""
    tested = [
        (index, shift.known) for index, shift in enumerate(shifts) if shift.known and not shift.both.capped
    ]
    p_values = [known.p_value(1.0 if known.log else 0.0) for _, known in tested]
    level = 1 - CONFIDENCE
    left = dict(zip((index for index, _ in tested), holm(p_values, level), strict=True))
    return [_change(shift, left.get(index, level), margin) for index, shift in enumerate(shifts)]


def worst_first(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: (_ORDER.index(change.fate), -_harm(change))))


def _change(shift: Shift, level: float, margin: float) -> Change:
    both, known = shift.both, shift.known
    worker, scenario, point = both.place
    fate, reason = _fate(shift, level, margin)
    return Change(
        worker=worker,
        scenario=scenario,
        point=point,
        metric=both.metric,
        before=both.before.figure,
        after=both.after.figure,
        ratio=_interval(both, known, level) if known is not None else None,
        fate=fate,
        reason=reason,
        shift=known,
    )


def _fate(shift: Shift, level: float, margin: float) -> tuple[Fate, str]:
    before, after = shift.both.sides
    if not (before.published and after.published):
        return _without(before.status in GONE, after.status in GONE, shift)
    if shift.both.capped:
        return "same", "at the ceiling in both runs"
    if shift.known is None:
        return "cannot tell", shift.reason
    return _claim(shift.both, shift.known, level, margin), ""


def _without(gone_before: bool, gone_after: bool, shift: Shift) -> tuple[Fate, str]:
    """A cell that lacks a figure in one run; one that was merely not measured says nothing."""
    before, after = shift.both.sides
    if before.published:
        return (
            ("broke", f"{after.status} now") if gone_after else ("cannot tell", "not measured in the second")
        )
    return (
        ("mended", f"{before.status} before") if gone_before else ("cannot tell", "not measured in the first")
    )


def _claim(both: Both, known: Known, level: float, margin: float) -> Fate:
    """``same`` where the whole interval lies inside the margin, else better or worse where it excludes 1."""
    low, high = known.limits(level)
    least, none, most = (
        (1 / (1 + margin), 1.0, 1 + margin) if known.log else (-MAX_ERROR_SHARE, 0.0, MAX_ERROR_SHARE)
    )
    if least <= low and high <= most:
        return "same"
    if low <= none <= high:
        return "cannot tell"
    return "worse" if (low > none) == (both.metric in LESS_IS_BETTER) else "better"


def _interval(both: Both, known: Known, level: float) -> Interval:
    low, high = known.limits(level)
    counts = [len(side.rounds.logs) for side in both.sides if side.rounds is not None]
    return Interval(median=known.figure, low=low, high=high, n=min(counts, default=0))


def _harm(change: Change) -> float:
    """How much worse, on the scale of its metric."""
    if change.shift is None:
        return 0.0
    return change.shift.centre if change.metric in LESS_IS_BETTER else -change.shift.centre

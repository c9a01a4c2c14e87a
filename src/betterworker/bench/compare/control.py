"""A worker that did not change between two runs takes out of every ratio what the machine did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from betterworker.bench.compare.verdicts import Shift
from betterworker.bench.errors import BadInput, UnknownName


def controlled(shifts: Sequence[Shift], control: str, workers: Sequence[Sequence[str]]) -> list[Shift]:
    """The others' shifts less the control's own in the same row (difference in differences).

    Raises UnknownName when the control is not in both runs.
    """
    known = [worker for worker in workers[0] if worker in workers[1]]
    if control not in known:
        raise UnknownName("worker of both runs", control, known)
    own = {shift.both.row: shift for shift in shifts if shift.both.place[0] == control}
    others = [shift for shift in shifts if shift.both.place[0] != control]
    if not others:
        raise BadInput(f"Beside the control {control} there is nothing to compare: choose another.")
    return [_less(shift, own.get(shift.both.row), control) for shift in others]


def _less(shift: Shift, own: Shift | None, control: str) -> Shift:
    # A share of errors does not go with the machine's speed, and what both ceilings cut off tells nothing.
    if shift.known is None or not shift.known.log or shift.both.capped:
        return shift
    if own is None or own.known is None or own.both.capped:
        return replace(shift, known=None, reason=f"the control {control} cannot be compared here")
    return replace(shift, known=shift.known.minus(own.known))

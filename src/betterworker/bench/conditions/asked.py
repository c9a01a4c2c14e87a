"""Conditions and a study that is not measured yet: one that could never hold is told before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from betterworker.bench.compare import PERCENTILES
from betterworker.bench.conditions.outcomes import nowhere
from betterworker.bench.conditions.text import Condition
from betterworker.bench.errors import BadInput
from betterworker.bench.model import Study
from betterworker.bench.model.points import MIXES, STEADY


def require(conditions: Sequence[Condition], study: Study) -> None:
    """Raise BadInput for a condition that is about nothing the study measures."""
    for condition in conditions:
        if _covered(condition, study, _rows(condition, study)):
            continue
        at_a_rate = [f"{key}@{point}" for key in study.scenarios for point in STEADY]
        if condition.metric in PERCENTILES and _covered(condition, study, at_a_rate):
            raise BadInput(
                f"{condition.text!r} is about latency at a steady rate, as users feel it, and this study "
                "measures none of it there: ask for those rows, as with --latency json."
            )
        raise nowhere(condition, "of this study is covered")


def _covered(condition: Condition, study: Study, rows: Sequence[str]) -> bool:
    return any(condition.covers(worker, row) for worker in study.workers for row in rows)


def _rows(condition: Condition, study: Study) -> Sequence[str]:
    """Those that have the condition's figure."""
    closed = [key for key in study.scenarios if key not in study.mixes]
    if condition.metric in PERCENTILES:
        return list(_open(study))
    return [*closed, *_open(study)] if condition.metric == "errors" else closed


def _open(study: Study) -> Iterator[str]:
    yield from (f"{key}@{point}" for key in study.paces.scenarios for point in STEADY)
    yield from (f"{key}@{point}" for key in study.mixes for point in MIXES)

"""Conditions on what changed between two runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from betterworker.bench.compare import LESS_IS_BETTER, PERCENTILES, Change, Compared, Elsewhere
from betterworker.bench.conditions.outcomes import Evidence, Outcome, outcomes
from betterworker.bench.conditions.text import Condition
from betterworker.bench.model.points import OWN_SHARES


def of_changes(conditions: Sequence[Condition], compared: Compared) -> tuple[Outcome, ...]:
    """Raises BadInput for a condition that no cell of both runs could meet."""
    judged = [outcomes(condition, list(_evidence(condition, compared))) for condition in conditions]
    return tuple(chain.from_iterable(judged))


def _evidence(condition: Condition, compared: Compared) -> Iterator[Evidence]:
    for change in compared.changes:
        if condition.covers(change.worker, change.row) and _is_about(condition, change):
            yield _known(condition, change)
    for cell in compared.elsewhere:
        # Half of what each run reaches is another rate by design: only a rate that was to be the same counts.
        row = f"{cell.scenario}@{cell.point}"
        if (
            condition.metric in PERCENTILES
            and cell.point not in OWN_SHARES
            and condition.covers(cell.worker, row)
        ):
            yield Evidence(worker=cell.worker, row=row, reason=_rates(cell))


def _is_about(condition: Condition, change: Change) -> bool:
    """Its own metric; that a cell broke or mended is told once, by its goodput or its tail."""
    if change.metric == condition.metric:
        return True
    told_of_the_same_loop = (change.metric in PERCENTILES) == (condition.metric in PERCENTILES)
    return change.fate in ("broke", "mended") and told_of_the_same_loop and condition.metric != "errors"


def _known(condition: Condition, change: Change) -> Evidence:
    ratio = change.ratio
    return Evidence(
        worker=change.worker,
        row=change.row,
        figure=ratio.median if ratio is not None else None,
        least=change.shift,
        most=change.shift,
        windows=ratio.n if ratio is not None else 0,
        sure=_sure(condition, change),
        reason=change.reason if change.shift is None else "",
    )


def _sure(condition: Condition, change: Change) -> bool | None:
    """A cell that broke is worse than any limit; its memory or CPU time cannot be told."""
    on_the_worse = condition.above == (condition.metric in LESS_IS_BETTER)
    if change.fate not in ("broke", "mended") or condition.metric in ("memory", "cpu"):
        return None
    if change.fate == "broke":
        return on_the_worse
    return False if on_the_worse else None


def _rates(cell: Elsewhere) -> str:
    return f"measured at {cell.before:,g} RPS, then at {cell.after:,g}: give both runs the same --rate"

"""What comes of each condition in each cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from betterworker.bench.compare import Known
from betterworker.bench.conditions.text import Condition
from betterworker.bench.errors import BadInput
from betterworker.bench.stats import CONFIDENCE, holm


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of a figure that a condition is about.

    ``least`` and ``most`` are the same where it is known itself; a bound that is not known is None. ``sure``
    is of what needs no figure: a cell that broke. ``reason`` says why there is none.
    """

    worker: str
    row: str
    figure: float | None = None
    least: Known | None = None
    most: Known | None = None
    windows: int = 0
    sure: bool | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One condition in one cell: it ``holds``, or not, or it cannot be told (None), with the ``reason``.

    ``row`` is ``json:sync`` or ``json:sync@common``. ``figure`` is what the condition is about, in its unit,
    ``low`` and ``high`` are its interval at the level that all cells of the condition leave; a bound that is
    not known is None.
    """

    condition: Condition
    worker: str
    row: str
    holds: bool | None
    figure: float | None = None
    low: float | None = None
    high: float | None = None
    windows: int = 0
    reason: str = ""


def failing(outcomes: Iterable[Outcome], *, unsure: bool) -> tuple[Outcome, ...]:
    """Those that fail a build: what cannot be told does only when asked to."""
    return tuple(each for each in outcomes if each.holds or (unsure and each.holds is None))


def outcomes(condition: Condition, cells: Sequence[Evidence]) -> tuple[Outcome, ...]:
    """Those that hold first, then what cannot be told.

    At a level that Holm's procedure shares out over the cells: one of 200 fails a build by chance no more
    often than one alone. Raises BadInput where there is no cell.
    """
    if not cells:
        raise nowhere(condition, "has a figure it could hold for")
    levels = holm([_p_value(condition, cell) for cell in cells], 1 - CONFIDENCE)
    judged = [_outcome(condition, cell, level) for cell, level in zip(cells, levels, strict=True)]
    return tuple(sorted(judged, key=_weight))


def nowhere(condition: Condition, what: str) -> BadInput:
    return BadInput(
        f"{condition.text!r} can never hold: no cell {what}. "
        "Mend its worker or row, or measure what it is about."
    )


def _outcome(condition: Condition, cell: Evidence, level: float) -> Outcome:
    low, high = _ends(cell, level)
    holds, reason = _holds(condition, cell, low, high)
    return Outcome(
        condition=condition,
        worker=cell.worker,
        row=cell.row,
        holds=holds,
        figure=cell.figure,
        low=low,
        high=high,
        windows=cell.windows,
        reason=reason,
    )


def _ends(cell: Evidence, level: float) -> tuple[float | None, float | None]:
    """Widened to hold the figure that is reported: a median may lie beside the mean of the logarithms."""
    low = cell.least.limits(level)[0] if cell.least is not None else None
    high = cell.most.limits(level)[1] if cell.most is not None else None
    if cell.figure is None:
        return low, high
    return (
        None if low is None else min(low, cell.figure),
        None if high is None else max(high, cell.figure),
    )


def _holds(
    condition: Condition, cell: Evidence, low: float | None, high: float | None
) -> tuple[bool | None, str]:
    if cell.sure is not None:
        return cell.sure, cell.reason
    over, under = low is not None and low > condition.limit, high is not None and high < condition.limit
    if over or under:
        return over == condition.above, cell.reason
    return None, cell.reason or "its interval holds the limit"


def _p_value(condition: Condition, cell: Evidence) -> float:
    """Of the hypothesis that the figure is just the limit; 0 for what is sure, 1 where nothing is known."""
    if cell.sure is not None:
        return 0.0
    if cell.least is not None and cell.least.figure > condition.limit:
        return cell.least.p_value(condition.limit)
    if cell.most is not None and cell.most.figure < condition.limit:
        return cell.most.p_value(condition.limit)
    return 1.0


def _weight(outcome: Outcome) -> tuple[int, bool, float]:
    """Worst first; of those that hold, one that broke has no figure and comes before all."""
    place = {True: 0, None: 1, False: 2}[outcome.holds]
    if outcome.figure is None:
        return place, outcome.holds is None, 0.0
    return place, outcome.holds is not None, -outcome.figure if outcome.condition.above else outcome.figure

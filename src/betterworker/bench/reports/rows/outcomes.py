"""What came of each condition (``--fail-if``), in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.model import Interval
from betterworker.bench.reports.rows.changes import VAGUE, legible_ratio, metric_figure, place_title, points
from betterworker.bench.reports.rows.figures import half_width
from betterworker.bench.reports.rows.words import MISSING, one_line, ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from betterworker.bench.conditions import Condition, Outcome

#: Cells that are named for one condition; a count stands for the rest.
NAMED = 20


def outcome_lines(outcomes: Sequence[Outcome], *, unsure: bool) -> tuple[str, ...]:
    """For each condition a line of counts, then one for each cell in which it fails the build."""
    conditions = dict.fromkeys(outcome.condition for outcome in outcomes)
    return tuple(line for condition in conditions for line in _condition(condition, outcomes, unsure))


def outcome_place(outcome: Outcome) -> str:
    """``uvicorn, Sync JSON``."""
    return f"{one_line(outcome.worker)}, {place_title(outcome.row)}"


def outcome_figure(outcome: Outcome) -> str:
    """Of a relative condition the ratio, ``0.89 [0.85, 0.93]``; else ``312 ms [290 ms, 340 ms]``.

    Where there is only a bound, that: ``≥ 1,850 ms``.
    """
    low, high = outcome.low, outcome.high
    if outcome.figure is not None and low is not None and high is not None:
        return _whole(outcome, Interval(median=outcome.figure, low=low, high=high, n=outcome.windows))
    bounds = (_bound(outcome.condition, "≥", low), _bound(outcome.condition, "≤", high))
    known = "" if outcome.figure is None else _one(outcome.condition, outcome.figure)
    return ", ".join(filter(None, (known, *bounds))) or MISSING


def outcome_says(outcome: Outcome) -> str:
    """The figure, and the reason where there is one: what a failed check has to say."""
    return ": ".join(filter(None, (outcome_figure(outcome), one_line(outcome.reason))))


def outcome_record(outcome: Outcome) -> dict[str, object]:
    scenario, _, point = outcome.row.partition("@")
    name, _, mode = scenario.rpartition(":")
    return {
        "condition": outcome.condition.text,
        "worker": outcome.worker,
        "scenario": name,
        "mode": mode,
        "point": point,
        "holds": outcome.holds,
        "figure": outcome.figure,
        "low": outcome.low,
        "high": outcome.high,
        "n": outcome.windows,
        "reason": one_line(outcome.reason),
    }


def _condition(condition: Condition, outcomes: Sequence[Outcome], unsure: bool) -> Iterator[str]:
    own = [outcome for outcome in outcomes if outcome.condition == condition]
    failing = [outcome for outcome in own if outcome.holds or (unsure and outcome.holds is None)]
    yield f"{'✗' if failing else '✓'} {one_line(condition.text)}: {_counts(own)}"
    for outcome in failing[:NAMED]:
        unknown = "" if outcome.holds else "cannot tell: "
        yield f"  {outcome_place(outcome)}: {unknown}{outcome_says(outcome)}"
    if len(failing) > NAMED:
        yield f"  and {len(failing) - NAMED:,} more"


def _counts(own: Sequence[Outcome]) -> str:
    holds, unknown = (sum(outcome.holds is which for outcome in own) for which in (True, None))
    told = f"holds in {holds:,} of {len(own):,} cell{'s' * (len(own) > 1)}"
    return told + (f", cannot tell in {unknown:,}" if unknown else "")


def _whole(outcome: Outcome, interval: Interval) -> str:
    condition = outcome.condition
    if condition.relative and condition.metric != "errors":
        return legible_ratio(interval)
    half = half_width(interval)
    if half.startswith(VAGUE):
        return f"{_one(condition, interval.median)}{half}"
    ends = (_one(condition, end) for end in (interval.low, interval.high) if end is not None)
    return f"{_one(condition, interval.median)} [{', '.join(ends)}]"


def _bound(condition: Condition, sign: str, end: float | None) -> str:
    return "" if end is None else f"{sign} {_one(condition, end)}"


def _one(condition: Condition, value: float) -> str:
    if not condition.relative:
        return metric_figure(condition.metric, value)
    return f"{points(value)} points" if condition.metric == "errors" else ratio(value)

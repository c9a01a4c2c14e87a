"""What the marks of the tables mean: those that the report can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from betterworker.bench.model import Summary

_ALWAYS = (
    "★ best of its row: it beats every rival, or all but those that share the mark, with which it is tied.",
    "⌃ at the ceiling: within 3 % of connections / delay; all such workers tie.",
    "g limited by the load's side, the generator or the backend: a lower bound that never wins.",
    "± half of the 95 % interval, its noise pooled over the row's workers; none: too few windows.",
    "! of an invalid cell: something was measured, but not what was asked.",
    "– not measured, or more than the number of requests can tell.",
)
_VERDICTS = (
    "< the leader beats it; = tied with the leader, equivalent inside the margin of {margin}; ? cannot tell.",
    "[ ] the interval of a ratio, at the level that planned looks and several rivals leave.",
    "A/A two identical servers of the leader in the same blocks: no difference inside it is claimed.",
)
_STEADY = (
    "s saturated: it did not keep up with the rate; its latency grows with the window, and is no promise.",
)
_DATABASE = ("c the most connections that the database server held at once for this cell.",)
_CAPACITY = ("≥ nothing higher was tried; ? not found, or the search did not end: the notes say why.",)


def legend(summary: Summary) -> tuple[str, ...]:
    """A line for each mark."""
    margin = f"{100 * summary.run.study.margin:g} %"
    return (
        *_ALWAYS,
        *((line.format(margin=margin) for line in _VERDICTS) if summary.standings else ()),
        *(_DATABASE if any(estimate.db_connections is not None for estimate in summary.estimates) else ()),
        *(_STEADY if summary.paced else ()),
        *(_CAPACITY if summary.capacities else ()),
    )

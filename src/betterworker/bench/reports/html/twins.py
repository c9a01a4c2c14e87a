"""The A/A of each row as a strip: two identical servers, and how far apart they came out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.figures import ratio_interval
from betterworker.bench.reports.rows.words import ratio, row_title

if TYPE_CHECKING:
    from betterworker.bench.model import Summary

#: The strip shows no less than this to both sides of 1; wider intervals widen it.
LEAST_SPAN = 1.1
#: An interval that is wider than this does not flatten all the others.
MOST_SPAN = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """``low``, ``middle`` and ``high`` are places on the strip in percent, None without an interval."""

    title: str
    leader: str
    text: str
    middle: float
    low: float | None
    high: float | None


def twins(summary: Summary) -> tuple[Twins, ...]:
    """Of the rows that have one."""
    found = [(each, each.aa) for each in summary.standings if each.aa is not None and each.leader is not None]
    factor = _factor(summary)
    return tuple(
        Twins(
            title=row_title(standing.scenario),
            leader=standing.leader or "",
            text=ratio_interval(aa),
            middle=_place(aa.median, factor),
            low=None if aa.low is None else _place(aa.low, factor),
            high=None if aa.high is None else _place(aa.high, factor),
        )
        for standing, aa in found
    )


def span(summary: Summary) -> tuple[str, str]:
    """The ratios at the ends of the strip."""
    factor = _factor(summary)
    return ratio(1 / factor), ratio(factor)


def _factor(summary: Summary) -> float:
    found = [standing.aa for standing in summary.standings if standing.aa is not None]
    ends = [end for aa in found for end in (aa.median, aa.low, aa.high) if end]
    return min(max([LEAST_SPAN, *(max(end, 1 / end) for end in ends)]), MOST_SPAN)


def _place(value: float, factor: float) -> float:
    """0 to 100, 1.0 in the middle, logarithmic."""
    share = math.log(value) / math.log(factor) if value > 0 else -1.0
    return round(50 + 50 * min(max(share, -1.0), 1.0), 1)

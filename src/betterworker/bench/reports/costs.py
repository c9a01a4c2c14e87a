"""What costs a project, by itself: for a terminal, and for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.reports.rows import COSTS, cost_lines, cost_record
from betterworker.bench.reports.rows.words import one_line
from betterworker.bench.reports.text import section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from betterworker.bench.model import Cost


def render(costs: Sequence[Cost], looked: Sequence[str], *, colour: bool, width: int) -> str:
    lines = cost_lines(costs, looked)
    return section("What costs this site", lines, COSTS, colour=colour, width=width)


def record(costs: Sequence[Cost], looked: Sequence[str]) -> dict[str, object]:
    return {"costs": [cost_record(each) for each in costs], "looked": list(map(one_line, looked))}

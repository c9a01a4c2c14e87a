"""The table of comparisons: every rival against its row's leader, and the A/A."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.figures import ratio_interval
from betterworker.bench.reports.rows.table import NOTHING, Cell, Row, Table
from betterworker.bench.reports.rows.words import row_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from betterworker.bench.model import Comparison, Interval, Standing, Summary, Verdict

AA = "A/A"
VERDICT_MARKS: dict[Verdict, str] = {"beats": "<", "tied": "=", "cannot tell": "?"}


def against_table(summary: Summary) -> Table:
    """A row per standing that has a leader with a rival or an A/A."""
    workers = summary.run.study.workers
    return Table(
        title="Against the leader",
        about="goodput over the leader's, with its interval, by block",
        columns=(*workers, AA),
        rows=tuple(
            Row(title=row_title(standing.scenario), cells=_cells(standing, workers), key=standing.scenario)
            for standing in summary.standings
            if standing.leader is not None and (standing.comparisons or standing.aa is not None)
        ),
    )


def _cells(standing: Standing, workers: Sequence[str]) -> tuple[Cell, ...]:
    rivals = {comparison.rival: _rival(comparison) for comparison in standing.comparisons}
    if standing.leader is not None:
        rivals[standing.leader] = Cell(text="leader")
    return (*(rivals.get(worker, NOTHING) for worker in workers), _aa(standing.aa))


def _rival(comparison: Comparison) -> Cell:
    return Cell(text=versus(comparison), tone="faint" if comparison.verdict == "cannot tell" else "plain")


def versus(comparison: Comparison) -> str:
    """``0.96 [0.94, 0.98] <``."""
    return f"{ratio_interval(comparison.ratio)} {VERDICT_MARKS[comparison.verdict]}"


def _aa(interval: Interval | None) -> Cell:
    return NOTHING if interval is None else Cell(text=ratio_interval(interval))

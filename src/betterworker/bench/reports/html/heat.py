"""The goodput table as a heat map: each figure with its ratio to the row's leader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.anchors import cell_anchor
from betterworker.bench.reports.rows.closed import goodput_table
from betterworker.bench.reports.rows.details import compared, ends
from betterworker.bench.reports.rows.heat import ratios, step
from betterworker.bench.reports.rows.words import one_line, ratio, ratio_decimals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from betterworker.bench.model import Comparison, Estimate, Summary
    from betterworker.bench.reports.rows import Cell

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatCell:
    """``step`` is None without a figure; ``hint`` what hovering shows."""

    text: str
    tone: str
    figure: bool
    anchor: str
    ratio: str
    step: int | None
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    key: str
    title: str
    cells: tuple[HeatCell, ...]


def heat_rows(summary: Summary) -> tuple[HeatRow, ...]:
    """As the goodput table, row by row."""
    estimates = {(each.worker, each.scenario): each for each in summary.estimates}
    against = {(c.rival, c.scenario): c for stands in summary.standings for c in stands.comparisons}
    shares = ratios(summary)
    workers = summary.run.study.workers
    return tuple(
        HeatRow(
            key=row.key,
            title=row.title,
            cells=tuple(
                _cell(cell, estimates[worker, row.key], shares, against)
                for worker, cell in zip(workers, row.cells, strict=True)
            ),
        )
        for row in goodput_table(summary).rows
    )


def _cell(
    cell: Cell, estimate: Estimate, shares: Mapping[Key, float], against: Mapping[Key, Comparison]
) -> HeatCell:
    key = (estimate.worker, estimate.scenario)
    share = shares.get(key)
    return HeatCell(
        text=cell.text,
        tone=cell.tone,
        figure=cell.figure,
        anchor=cell_anchor(estimate.scenario, estimate.worker),
        ratio="" if share is None else ratio(share, ratio_decimals(share)),
        step=None if share is None else step(share),
        hint=_hint(cell, estimate, against.get(key)),
    )


def _hint(cell: Cell, estimate: Estimate, comparison: Comparison | None) -> str:
    parts = [f"{one_line(estimate.worker)}: {cell.text}"]
    if estimate.goodput is not None:
        parts.append(f"95 % interval {ends(estimate.goodput)}")
    if comparison is not None:
        parts.append(compared(comparison))
    return "\n".join((*parts, *(one_line(finding.message) for finding in estimate.findings)))

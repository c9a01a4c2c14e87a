"""What workers answer in the rows of a topic."""

from __future__ import annotations

from collections.abc import Mapping

from betterworker.bench.judge.cells import row_results
from betterworker.bench.judge.concluded.matter import Matter
from betterworker.bench.judge.concluded.scope import rows_of
from betterworker.bench.judge.windows import Windows, windows
from betterworker.bench.model import Estimate, Summary, Topic
from betterworker.bench.stats import Pair, Ratio, Ratios, mean_of_rows, pair_of, ratios

Cells = dict[str, dict[str, Estimate]]


def goodput(summary: Summary, topic: Topic) -> Matter:
    """Right answers per second in the rows of a topic."""
    return goodput_of(summary, topic, rows_of(summary.run.study, topic))


def goodput_of(summary: Summary, topic: Topic, rows: tuple[str, ...]) -> Matter:
    """Right answers per second in these rows."""
    run = summary.run
    found = {row: windows(row_results(row, run.results)) for row in rows}
    cells = closed_cells(summary, rows)

    def compare(row: str, first: str, second: str) -> Ratios:
        both = found[row].workers
        told = ratios(both.get(first, {}), both.get(second, {}))
        if all(cells[worker][row].status == "at_ceiling" for worker in (first, second)):
            return dict.fromkeys(told, Ratio(value=0.0))
        return told

    return Matter(topic=topic, rows=rows, cells=cells, compare=compare, aa=_aa(found))


def closed_cells(summary: Summary, rows: tuple[str, ...]) -> Cells:
    """By worker, in the study's order, and row."""
    cells: Cells = {worker: {} for worker in summary.run.study.workers}
    for each in summary.estimates:
        if each.scenario in rows:
            cells[each.worker][each.scenario] = each
    return cells


def _aa(found: Mapping[str, Windows]) -> Pair | None:
    """Of the rows that have one: two identical servers differ by as much as the rows' leaders did."""
    rows = [ratios(each.twins, each.originals) for each in found.values()]
    return pair_of(mean_of_rows([row for row in rows if row]))

"""The conclusions: a table of grades, what stands behind each, and the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.model.points import MIXED
from betterworker.bench.reports.rows.table import NOTHING, Cell, Row, Table
from betterworker.bench.reports.rows.topics import TOPICS, graded, to_the_best, tone
from betterworker.bench.reports.rows.words import joined, one_line, row_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from betterworker.bench.model import Conclusion, Summary, Topic

#: In a table.
_SHORT: dict[Topic, str] = {
    "blocking": "Blocking",
    "non_blocking": "Non-blocking",
    "async": "Async",
    "sync_client": "Sync\nclient",
    "async_client": "Async\nclient",
    "cpu": "CPU",
    "mixed_latency": "Mixed\nlatency",
}
#: So many rows are named.
FEW = 6

Pairs = tuple[tuple[str, str], ...]


def conclusions_table(summary: Summary) -> Table:
    """A row per worker, a column per topic."""
    return Table(
        title="Conclusions",
        about="good from 0.8 of the best on, regular from 0.5, weak from 0.25; ? and or: cannot tell",
        columns=tuple(_SHORT.get(topic, title) for topic, title in TOPICS.items()),
        rows=tuple(
            Row(title=one_line(worker), cells=tuple(_cell(found.get(topic)) for topic in TOPICS))
            for worker, found in _by_worker(summary).items()
        ),
    )


def evidence(summary: Summary) -> tuple[tuple[str, Pairs], ...]:
    """Worker -> (topic, grade with what it rests on)."""
    return tuple(
        (one_line(worker), tuple((TOPICS[topic], _evidence(each)) for topic, each in found.items()))
        for worker, found in _by_worker(summary).items()
    )


def rules(summary: Summary) -> Pairs:
    """Topic -> the rule that gives its grades, and the rows it rests on."""
    told: dict[Topic, tuple[str, dict[str, None]]] = {}
    for each in summary.conclusions:
        told.setdefault(each.topic, (each.rule, {}))[1].update(dict.fromkeys(each.cells))
    return tuple((TOPICS[topic], f"{rule}. {_rows(tuple(cells))}.") for topic, (rule, cells) in told.items())


def _by_worker(summary: Summary) -> dict[str, dict[Topic, Conclusion]]:
    found: dict[str, dict[Topic, Conclusion]] = {}
    for each in summary.conclusions:
        found.setdefault(each.worker, {})[each.topic] = each
    return found


def _cell(conclusion: Conclusion | None) -> Cell:
    if conclusion is None:
        return NOTHING
    return Cell(text=one_line(graded(conclusion)), tone=tone(conclusion), figure=False)


def _evidence(conclusion: Conclusion) -> str:
    behind = "; ".join(filter(None, (to_the_best(conclusion), conclusion.because)))
    return one_line(f"{graded(conclusion)}: {behind}" if behind else graded(conclusion))


def _rows(cells: Sequence[str]) -> str:
    if not cells:
        return "No such row was asked for"
    titles = tuple(dict.fromkeys(map(cell_title, cells)))
    named = titles if len(titles) <= FEW else (*titles[: FEW - 1], f"{len(titles) - FEW + 1} others")
    return f"Rows: {joined(named)}"


def cell_title(cell: str) -> str:
    """``json:sync`` -> ``Sync JSON``, ``mixed-cpu:sync@mixed`` -> ``Sync Mixed CPU (mixed)``."""
    """Mixed traffic says in its title that it is; of other points, such as ``50%``, it is told."""
    scenario, _, point = cell.partition("@")
    return row_title(scenario) + f" ({point})" * (point not in ("", MIXED))

"""What stands behind a grade apart from its ratio: in clauses for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from betterworker.bench.judge.concluded.graded import Graded
from betterworker.bench.judge.concluded.words import counted, named
from betterworker.bench.model import Verdict


def because(topic: Graded, worker: str) -> Iterator[str]:
    served, failing = topic.matter.served(worker), topic.failing(worker)
    if not served:
        yield from _without_figure(topic, worker)
    elif worker == topic.leader:
        yield from _leading(topic)
    elif (ratio := topic.ratio(worker)) is None:
        yield f"no round holds a figure of it and of {topic.leader}"
    elif ratio.low is None:
        yield "too few rounds for an interval"
    yield from _failing(topic, worker, failing)
    if served:
        yield _rows(topic, worker)


def _failing(topic: Graded, worker: str, rows: Sequence[str]) -> Iterator[str]:
    behind = [row for row in rows if topic.matter.cells[worker][row].status == "saturated"]
    broken = [row for row in rows if row not in behind]
    if broken:
        yield f"fails {named(broken)}"
    if behind:
        yield f"does not keep up in {named(behind)}"


def _without_figure(topic: Graded, worker: str) -> Iterator[str]:
    why, cells = topic.declared(worker), topic.matter.cells[worker]
    statuses = {cell.status for cell in cells.values()}
    if topic.failing(worker):
        yield "no figure"
    elif why is not None:
        yield f"not supported: {why}"
    elif "generator_limited" in statuses:
        yield "the load was the limit in every row"
    elif not topic.matter.rows:
        yield "the study has no such row"
    elif "failed" in statuses or "invalid" in statuses:
        yield "no row has a figure"
    else:
        yield "not measured" + "".join(f": {each}" for each in _absent(topic, worker))


def _absent(topic: Graded, worker: str) -> tuple[str, ...]:
    """Why not, of the first row: ``granian is not installed``."""
    found = [each.findings for each in topic.matter.cells[worker].values() if each.findings]
    gate = found[0][0] if found else None
    return () if gate is None or gate.gate == "not_run" else (gate.message,)


def _leading(topic: Graded) -> Iterator[str]:
    if not topic.rivals:
        yield "nothing to compare it with"
        return
    if not topic.standing.comparisons:
        yield "every other one fails in some row"
        return
    unsure, tied = _those(topic, "cannot tell"), _those(topic, "tied")
    if unsure:
        yield f"in front, but not told from {named(unsure)}"
    elif not tied:
        yield "the best"
    if tied:
        yield f"tied with {named(tied)}"


def _those(topic: Graded, verdict: Verdict) -> list[str]:
    return [each.rival for each in topic.standing.comparisons if each.verdict == verdict]


def _rows(topic: Graded, worker: str) -> str:
    """``over 13 of 14 rows``: those in which it is compared."""
    served = topic.matter.served(worker)
    shared = [row for row in served if topic.leader is None or row in topic.matter.served(topic.leader)]
    rows = topic.matter.rows
    many = (
        f"{len(shared)} of {counted(len(rows), 'row')}"
        if len(shared) < len(rows)
        else counted(len(rows), "row")
    )
    return f"over {many}"

"""Rows of several requests, taken apart: what slow ones do to the fast ones beside them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.figures import MARKS
from betterworker.bench.reports.rows.table import NOTHING, TONES, Cell, Row, Table
from betterworker.bench.reports.rows.tails import factor, percentile, said, tail
from betterworker.bench.reports.rows.words import MISSING, number_or_missing, one_line, percent, row_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from betterworker.bench.model import ByRequest, Summary

_ABOUT = (
    "p50/p99 (p95 where said) of each request in milliseconds beside the others, its errors, "
    "and how far that is above its own row"
)


def traffic_tables(summary: Summary) -> tuple[Table, ...]:
    """One for each row of several requests and point of the load."""
    found: dict[tuple[str, str], dict[str, dict[str, ByRequest]]] = {}
    for each in summary.requests:
        row = found.setdefault((each.scenario, each.point), {})
        row.setdefault(each.name, {})[each.worker] = each
    workers = summary.run.study.workers
    return tuple(
        Table(
            title=f"By request: {row_title(scenario)}{_at(point)}",
            about=_ABOUT,
            columns=workers,
            rows=tuple(
                line for name, cells in row.items() for line in _rows(name, cells, workers, _sent(row))
            ),
        )
        for (scenario, point), row in found.items()
    )


def _at(point: str) -> str:
    if not point:
        return ""
    return f" at {point.removesuffix('%')} %" if point.endswith("%") else f" ({point})"


def _sent(row: Mapping[str, Mapping[str, ByRequest]]) -> Mapping[str, int]:
    """By each worker, of all names."""
    found: Counter[str] = Counter()
    for cells in row.values():
        found.update({worker: each.outcomes.sent for worker, each in cells.items()})
    return found


def _rows(
    name: str, row: Mapping[str, ByRequest], workers: Sequence[str], sent: Mapping[str, int]
) -> Iterator[Row]:
    title, cells = one_line(name), [row.get(worker) for worker in workers]
    yield Row(title=f"{title}\n{_share(row, sent)} of requests", cells=tuple(map(_beside, cells)))
    if any(factor(each.latency, each.alone) for each in row.values()):
        yield Row(title=f"{title}\nalone", cells=tuple(map(_alone, cells)))
        yield Row(title=f"{title}\nfactor", cells=tuple(map(_factor, cells)))


def _share(row: Mapping[str, ByRequest], sent: Mapping[str, int]) -> str:
    """Over all workers: it is the same for each, but for whole requests, of which slow workers have few."""
    every = sum(sent[worker] for worker in row)
    return percent(sum(each.share * sent[worker] for worker, each in row.items()) / every if every else 0.0)


def _beside(each: ByRequest | None) -> Cell:
    if each is None:
        return NOTHING
    tone = TONES.get(each.status, "plain")
    return Cell(text=f"{_figures(each)}{_errors(each)}", tone=tone)


def _figures(each: ByRequest) -> str:
    if each.latency is None:
        return MISSING
    which = percentile(each.latency, each.alone)
    figures = f"{number_or_missing(each.latency.p50)}/{number_or_missing(tail(each.latency, which))}"
    return f"{figures}{said(which)}{_mark(each)}"


def _errors(each: ByRequest) -> str:
    wrong = each.outcomes.errors
    return f"\n{percent(wrong / each.outcomes.sent)} errors" if wrong else ""


def _alone(each: ByRequest | None) -> Cell:
    if each is None or each.alone is None:
        return NOTHING
    which = percentile(each.latency, each.alone)
    return Cell(text=f"{number_or_missing(tail(each.alone, which))}{said(which)}")


def _factor(each: ByRequest | None) -> Cell:
    text = factor(each.latency, each.alone) if each is not None else None
    if each is None or text is None:
        return NOTHING
    return Cell(text=f"{text}{_mark(each)}", tone=TONES.get(each.status, "plain"))


def _mark(each: ByRequest) -> str:
    return "!" if each.status == "invalid" else MARKS.get(each.status, "")

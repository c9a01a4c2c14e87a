"""Whole distributions of latency, for charts: percentiles of the merged windows of each cell."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from betterworker.bench.model import is_twin
from betterworker.bench.model.points import COMMON, FAST, MIXES, OWN_SHARES, SLOW
from betterworker.bench.pacing import counted
from betterworker.bench.reports.rows.words import point_title, row_title
from betterworker.bench.stats import merge, spectrum

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from betterworker.bench.model import Estimate, Paced, Result, Summary

#: Evenly over the axis of a chart whose unit is a nine more, with those that the tables name among them.
PERCENTILES = (
    *(1.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 85.0, 90.0, 92.5, 95.0, 96.5, 97.5, 98.25),
    *(99.0, 99.3, 99.5, 99.7, 99.8, 99.9, 99.95, 99.97, 99.99, 99.999),
)
Kind = Literal["common", "share", "mixed", "slow", "saturation"]
Found = dict[tuple[str, str], list["Result"]]
"""Results by worker and row (``json:sync``, ``json:sync@50%``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spectrum:
    """One row: by worker, milliseconds at each of ``PERCENTILES`` (None where too few requests carry it)."""

    key: str
    title: str
    kind: Kind
    lines: Mapping[str, tuple[float | None, ...]]


def spectra(summary: Summary) -> tuple[Spectrum, ...]:
    """What users feel first: steady rates, mixed traffic, its slow requests; then the closed loop."""
    found = _by_cell(summary)
    cells = summary.paced
    told = (
        *_paced([each for each in cells if each.point == COMMON], found, "common", FAST),
        *_paced([each for each in cells if each.point in OWN_SHARES], found, "share", FAST),
        *_paced([each for each in cells if each.point in MIXES], found, "mixed", FAST),
        *_paced([each for each in cells if each.slow is not None], found, "slow", SLOW),
        *_closed(summary, found),
    )
    return tuple(each for each in told if each.lines)


def _by_cell(summary: Summary) -> Found:
    found: Found = defaultdict(list)
    for result in counted(summary.run.results):
        if result.sample is not None and not is_twin(result.trial.worker):
            found[result.trial.worker, result.trial.row].append(result)
    return found


def _paced(cells: list[Paced], found: Found, kind: Kind, part: str) -> Iterator[Spectrum]:
    rows: defaultdict[tuple[str, str], list[Paced]] = defaultdict(list)
    for cell in cells:
        if cell.latency is not None:
            rows[cell.scenario, cell.point].append(cell)
    for (scenario, point), row in rows.items():
        key = f"{scenario}@{point}"
        yield Spectrum(
            key=f"{key}/{kind}",
            title=point_title(scenario, point, row[0].rate),
            kind=kind,
            lines=_lines(((each.worker, found[each.worker, key]) for each in row), part),
        )


def _closed(summary: Summary, found: Found) -> Iterator[Spectrum]:
    rows: defaultdict[str, list[Estimate]] = defaultdict(list)
    for estimate in summary.estimates:
        if estimate.latency is not None:
            rows[estimate.scenario].append(estimate)
    for scenario, row in rows.items():
        cells = ((each.worker, found[each.worker, scenario]) for each in row)
        yield Spectrum(key=scenario, title=row_title(scenario), kind="saturation", lines=_lines(cells, FAST))


def _lines(cells: Iterator[tuple[str, list[Result]]], part: str) -> dict[str, tuple[float | None, ...]]:
    merged = {
        worker: merge(encoded for result in results if (encoded := _histogram(result, part)))
        for worker, results in cells
    }
    return {worker: spectrum(encoded, PERCENTILES) for worker, encoded in merged.items() if encoded}


def _histogram(result: Result, part: str) -> str | None:
    """Of mixed traffic that of one kind of request; of any other all requests, as the fast ones."""
    sample = result.sample
    if sample is None:
        return None
    if result.trial.point not in MIXES or not sample.parts:
        return sample.latency if part == FAST else None
    kind = sample.parts.get(part)
    return kind.latency if kind is not None else None

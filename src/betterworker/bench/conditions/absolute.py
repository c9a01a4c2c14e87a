"""Conditions on the figures of one run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from betterworker.bench.compare import PERCENTILES, Known, Metric, rounds
from betterworker.bench.compare.noise import Kin, Noise
from betterworker.bench.compare.rounds import Rounds
from betterworker.bench.compare.sides import Place, Side, Sides, sides
from betterworker.bench.conditions.outcomes import Evidence, Outcome, outcomes
from betterworker.bench.conditions.text import METRICS, Condition
from betterworker.bench.judge import Cannot
from betterworker.bench.judge.cells import why_not
from betterworker.bench.model import Status, Summary

_WHY: Mapping[Status, str] = {"not_run": "not measured", "invalid": "invalid", "failed": "fails"}
_LIMITED = "the load generator was the limit"


def of_run(conditions: Sequence[Condition], summary: Summary, cannot: Cannot) -> tuple[Outcome, ...]:
    """Cells that are known to fail (``cannot``) are left out.

    Raises BadInput for a condition that is about no cell of the run.
    """
    cells = _Cells(sides(summary, METRICS) if conditions else {})
    judged = [outcomes(condition, list(_evidence(condition, cells, cannot))) for condition in conditions]
    return tuple(chain.from_iterable(judged))


class _Cells:
    """Every figure of a run, and the noise that cells share."""

    def __init__(self, found: Sides) -> None:
        self.found = found
        alive = [(place, metric, side) for (place, metric), side in found.items() if side.published]
        self.noise = Noise((_kin(p, m, s), [s.rounds]) for p, m, s in alive if s.rounds is not None)
        self.slow = Noise((_kin(p, m, s), [s.most]) for p, m, s in alive if s.most is not None)

    def known(self, place: Place, metric: Metric) -> Known | None:
        return self._figure(place, metric, self.found[place, metric].rounds, self.noise)

    def slowest(self, place: Place, metric: Metric) -> Known | None:
        """What is known of a window's slowest request."""
        return self._figure(place, metric, self.found[place, metric].most, self.slow)

    def _figure(self, place: Place, metric: Metric, own: Rounds | None, noise: Noise) -> Known | None:
        if own is None:
            return None
        return rounds.figure(own, noise.spread(_kin(place, metric, self.found[place, metric]), [own]))


def _kin(place: Place, metric: Metric, side: Side) -> Kin:
    """The ceiling cuts noise off."""
    capped = "capped" * (side.status == "at_ceiling")
    return Kin(row=(*place[1:], metric, capped), kind=(metric, "open" * bool(place[2]), capped))


def _evidence(condition: Condition, cells: _Cells, cannot: Cannot) -> Iterator[Evidence]:
    for (place, metric), side in cells.found.items():
        worker, scenario, point = place
        row = f"{scenario}@{point}" if point else scenario
        expected = why_not(worker, scenario, cannot) is not None and side.status in _WHY
        if metric == condition.metric and condition.covers(worker, row) and not expected:
            yield _known(worker, row, place, metric, cells)


def _known(worker: str, row: str, place: Place, metric: Metric, cells: _Cells) -> Evidence:
    side = cells.found[place, metric]
    if not side.published:
        return Evidence(worker=worker, row=row, reason=_WHY.get(side.status, "no figure"))
    least, most, reason = _bounds(place, metric, cells)
    return Evidence(
        worker=worker,
        row=row,
        figure=side.figure,
        least=least,
        most=most,
        windows=len(side.rounds.logs) if side.rounds is not None else 0,
        reason=reason,
    )


def _bounds(place: Place, metric: Metric, cells: _Cells) -> tuple[Known | None, Known | None, str]:
    """The least and the most that a figure can be, and the reason where they are not the same."""
    side = cells.found[place, metric]
    if side.share is not None:
        return side.share, side.share, ""
    if side.rounds is None:
        return _around(place, metric, cells)
    known = cells.known(place, metric)
    if known is None:
        return None, None, "one round shows no noise"
    if side.status == "generator_limited" and metric in PERCENTILES:
        return None, known, f"{_LIMITED}: partly its own latency"
    if side.status == "generator_limited" and metric == "goodput":
        return known, None, f"{_LIMITED}: a lower bound"
    return known, known, ""


def _around(place: Place, metric: Metric, cells: _Cells) -> tuple[Known | None, Known | None, str]:
    """A percentile that a window has too few requests for lies between a lower one and the slowest."""
    if metric not in PERCENTILES:
        return None, None, "not measured"
    names = list(PERCENTILES)
    under = [cells.known(place, name) for name in names[: names.index(metric)]]
    least = next((known for known in reversed(under) if known is not None), None)
    if cells.found[place, metric].status == "generator_limited":
        least = None
    return least, cells.slowest(place, metric), f"a window has too few requests for its {metric}"

"""What one run says of each cell and metric, ready to be compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from betterworker.bench.compare import rounds
from betterworker.bench.compare.known import Known, error_share
from betterworker.bench.compare.nouns import PERCENTILES, Metric
from betterworker.bench.compare.rounds import Rounds
from betterworker.bench.judge.paced_gates import histogram
from betterworker.bench.model import Estimate, Latency, Outcomes, Paced, Result, Run, Status, Summary, is_twin
from betterworker.bench.model.points import FAST, MIXES, STEADY
from betterworker.bench.pacing import counted
from betterworker.bench.stats import latency

Place = tuple[str, str, str]
"""Worker, scenario, point."""
POINTS = ("", *STEADY, *MIXES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One metric of one cell: the figure that is reported, and what it is known from.

    ``rounds`` is None where the windows carry no such figure; of errors there is a ``share`` instead.
    Of the open loop there is a ``rate`` (RPS), and ``most``, the slowest request of each window.
    """

    status: Status
    published: bool
    figure: float | None
    rounds: Rounds | None = None
    share: Known | None = None
    rate: float | None = None
    most: Rounds | None = None


Sides = Mapping[tuple[Place, Metric], Side]


def sides(summary: Summary, metrics: Collection[Metric]) -> Sides:
    """Of every cell that the summary has, in its order."""
    results = by_place(summary.run)
    found: dict[tuple[Place, Metric], Side] = {}
    for estimate in summary.estimates:
        place = (estimate.worker, estimate.scenario, "")
        found |= {(place, m): s for m, s in _closed(estimate, results.get(place, ())) if m in metrics}
    for paced in summary.paced:
        place = (paced.worker, paced.scenario, paced.point)
        found |= {(place, m): s for m, s in _open(paced, results.get(place, ())) if m in metrics}
    return found


def by_place(run: Run) -> Mapping[Place, Sequence[Result]]:
    """The results that count, without the leader's twins."""
    found: defaultdict[Place, list[Result]] = defaultdict(list)
    for result in counted(run.results):
        trial = result.trial
        if trial.point in POINTS and not is_twin(trial.worker):
            found[trial.worker, trial.scenario, trial.point].append(result)
    return found


def _closed(estimate: Estimate, results: Sequence[Result]) -> Iterator[tuple[Metric, Side]]:
    goodput = estimate.goodput
    published = goodput is not None
    figures: tuple[tuple[Metric, float | None, Rounds | None], ...] = (
        ("goodput", goodput.median if goodput is not None else None, rounds.goodput(results)),
        ("memory", estimate.peak_pss_mb, rounds.memory_mb(results)),
        ("cpu", estimate.cpu_s_per_1000, rounds.cpu_s_per_1000(results)),
    )
    for metric, figure, known in figures:
        yield metric, Side(status=estimate.status, published=published, figure=figure, rounds=known)
    yield "errors", _errors(estimate.status, estimate.outcomes, None)


def _open(paced: Paced, results: Sequence[Result]) -> Iterator[tuple[Metric, Side]]:
    samples = [result.sample for result in results if result.sample is not None]
    windows = [latency(histogram(sample, FAST, paced.point)) for sample in samples]
    for metric, name in PERCENTILES.items():
        yield metric, _percentile(paced, windows, name)
    yield "errors", _errors(paced.status, paced.outcomes, paced.rate)


def _percentile(paced: Paced, windows: Sequence[Latency | None], name: str) -> Side:
    return Side(
        status=paced.status,
        published=paced.latency is not None,
        figure=getattr(paced.latency, name) if paced.latency is not None else None,
        rounds=rounds.percentile(windows, name),
        rate=paced.rate,
        most=rounds.percentile(windows, "max"),
    )


def _errors(status: Status, outcomes: Outcomes | None, rate: float | None) -> Side:
    """Also of a cell that is invalid: too many errors are how it became so."""
    share = error_share(outcomes)
    figure = outcomes.errors / outcomes.sent if outcomes is not None and outcomes.sent else None
    return Side(status=status, published=figure is not None, figure=figure, share=share, rate=rate)

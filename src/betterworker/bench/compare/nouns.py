"""What comparing two runs gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from betterworker.bench.compare.known import Known
from betterworker.bench.model import Interval, Run

Metric = Literal["goodput", "p50", "p95", "p99", "p99.9", "memory", "cpu", "errors"]
Fate = Literal["broke", "worse", "better", "mended", "cannot tell", "same"]

#: Fields of a Latency.
PERCENTILES: Mapping[Metric, str] = {"p50": "p50", "p95": "p95", "p99": "p99", "p99.9": "p999"}
LESS_IS_BETTER: frozenset[Metric] = frozenset({*PERCENTILES, "memory", "cpu", "errors"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure of one cell in two runs.

    ``point`` is empty for the closed loop. ``before`` and ``after`` are the figures that each run reports:
    RPS, milliseconds, MB, CPU seconds per 1,000 right answers; of errors a share of all requests. ``ratio``
    is after over before by rounds (of errors the difference of the shares), with an interval at the level
    that all comparisons of the two runs leave; its ``n`` are the rounds of the run that has fewer.

    A cell *broke* when it had a figure and has none any more, and *mended* the other way round. ``reason``
    says why it cannot be told, or why a figure is missing; empty where the interval says it all. ``shift`` is
    what the verdict rests on.
    """

    worker: str
    scenario: str
    point: str = ""
    metric: Metric
    before: float | None
    after: float | None
    ratio: Interval | None = None
    fate: Fate
    reason: str = ""
    shift: Known | None = None

    @property
    def row(self) -> str:
        """``json:sync``, or ``json:sync@common``."""
        return f"{self.scenario}@{self.point}" if self.point else self.scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Differ:
    """Something that is not the same in both runs, as text; empty for what one of them does not have."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CeilingRatio:
    """The null server's RPS with so many connections, in each run (the median, where there are several)."""

    connections: int
    before: float
    after: float

    @property
    def ratio(self) -> float:
        return self.after / self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Differs:
    """What is not the same in two runs. Packages that servers need come first.

    ``ceilings`` are those of the null server that differ by more than it does by itself.
    """

    machine: tuple[Differ, ...] = ()
    packages: tuple[Differ, ...] = ()
    study: tuple[Differ, ...] = ()
    ceilings: tuple[CeilingRatio, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """An open-loop cell that was measured at another rate (RPS) in each run: nothing can be compared."""

    worker: str
    scenario: str
    point: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """``changes`` come worst first. ``only_before`` and ``only_after`` name the workers and rows that the
    other run does not have.

    ``middle`` is the median of all goodput ratios: where it is far from 1 every cell changed alike.
    Every ratio was divided by the ``control``'s own in the same row, where there is one.
    """

    before: Run
    after: Run
    changes: tuple[Change, ...]
    differs: Differs
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    middle: float | None = None
    control: str | None = None

"""The facts that a gate judges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from betterworker.bench.model import Ceiling, Finding, Outcomes, Result, Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The facts of one worker × scenario.

    ``ceiling`` is the null server's, with the same connections. ``backend`` is what stands for the one that
    the scenario needs (None: it needs none, or there is none). ``load_cpus`` counts the load's CPUs. It
    is ``of_project`` where a user's own was measured, and not the site that comes with the program.
    """

    worker: str
    scenario: str
    delay_s: float
    connections: int
    results: tuple[Result, ...]
    ceiling: Ceiling | None = None
    backend: str | None = None
    load_cpus: int = 1
    of_project: bool = False

    @property
    def samples(self) -> tuple[Sample, ...]:
        return tuple(result.sample for result in self.results if result.sample is not None)

    @property
    def outcomes(self) -> Outcomes:
        return sum((sample.outcomes for sample in self.samples), Outcomes())

    @property
    def goodputs(self) -> tuple[float, ...]:
        """Validated responses per second, one per window."""
        return tuple(sample.completed / sample.window_s for sample in self.samples)

    @property
    def db_connections(self) -> int | None:
        """The most that were seen at once; None where they are not counted."""
        counts = (sample.db_connections for sample in self.samples)
        return max((count for count in counts if count is not None), default=None)

    @property
    def physical_ceiling(self) -> float | None:
        """Little's law: the most a closed loop can get, in RPS; None for a view without a delay."""
        return self.connections / self.delay_s if self.delay_s > 0 else None


Gate = Callable[[Cell], Finding | None]

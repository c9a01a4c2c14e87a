"""What a load process is told, and what it answers: one JSON line each way."""

from __future__ import annotations

from dataclasses import dataclass

from betterworker.bench.model import Outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSpec:
    """A closed-loop window against one address.

    This process drives every ``every``-th of the ``connections``, from ``first_user`` on, so that several
    processes stagger their starts as one. Times are of CLOCK_MONOTONIC in nanoseconds, which processes of
    one machine share. ``length`` is the body length of a right answer, None where any will do.
    """

    host: str
    port: int
    path: str
    connections: int
    begin_ns: int
    window_start_ns: int
    window_end_ns: int
    timeout_ns: int
    ramp_ns: int
    first_user: int = 0
    every: int = 1
    status: int = 200
    length: int | None = None
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def users(self) -> range:
        return range(self.first_user, self.connections, self.every)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstReply:
    """The first whole answer a load process saw; the body in base64."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What one load process, or several merged, counted.

    ``completed`` are right answers that arrived inside the window; ``outcomes`` and ``latency``
    (HdrHistogram V2, base64, microseconds) are of requests started inside it. ``cpu`` is the share of
    one CPU used during the window (None when it was cut short), ``lag_ms`` the worst lateness of a
    10 ms timer in it.
    """

    window_ns: int
    completed: int
    outcomes: Outcomes
    latency: str | None
    reconnects: int
    errors: tuple[tuple[str, int], ...]
    cpu: float | None
    lag_ms: float
    first: FirstReply | None = None
    drained_ns: int = 0

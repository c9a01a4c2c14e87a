"""What a load process is told, and what it answers: one JSON line each way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from betterworker.bench.model import GET, Arrivals, Outcomes, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One request of mixed traffic.

    ``length`` is the body length of a right answer, None where any will do; ``weight`` its part of all that
    is sent, relative to the others'. Those of one ``name`` are reported together.
    """

    name: str
    path: str
    length: int | None = None
    weight: float = 1.0
    request: Request = GET


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSpec:
    """A window against one address: a closed loop, or an open one of ``rate`` requests per second.

    This process drives every ``every``-th of the ``connections`` and of the arrivals, from ``first`` on,
    so that several processes together are one schedule. Times are of CLOCK_MONOTONIC in nanoseconds, which
    processes of one machine share. ``length`` is the body length of a right answer, None where any will
    do. ``kinds`` take the place of ``path``, ``length`` and ``request``; which of them is next is drawn from
    ``seed``, in a closed loop for each user. The window ends when more than ``max_backlog`` arrivals of this
    process wait for an answer. Where it ``streams``, the time to the first byte of each answer's body is
    recorded as well.
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
    first: int = 0
    every: int = 1
    length: int | None = None
    request: Request = GET
    kinds: tuple[Kind, ...] = ()
    rate: float | None = None
    arrivals: Arrivals = "constant"
    seed: int = 1
    max_backlog: int | None = None
    streams: bool = False

    def __post_init__(self) -> None:
        if not all(kind.weight > 0 for kind in self.kinds):
            raise ValueError("a kind of request without a weight")
        if self.rate is not None and not self.rate > 0:
            raise ValueError(f"a rate of {self.rate:g} requests per second")

    @property
    def users(self) -> range:
        return range(self.first, self.connections, self.every)

    @property
    def requests(self) -> tuple[Kind, ...]:
        return self.kinds or (Kind(name="", path=self.path, length=self.length, request=self.request),)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstReply:
    """The first whole answer a load process saw; the body in base64, ``kind`` its place among the kinds."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    kind: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KindReport:
    """What was counted of all kinds of one name; as in a LoadReport."""

    completed: int
    outcomes: Outcomes
    latency: str | None
    first: FirstReply | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What one load process, or several merged, counted.

    ``completed`` are right answers that arrived inside the window; ``outcomes`` and ``latency``
    (HdrHistogram V2, base64, microseconds) are of requests started inside it, in an open loop of those
    intended inside it, from their intended times. ``cpu`` is the share of one CPU used during the window
    (None when it was cut short), ``lag_ms`` the worst lateness of a 10 ms timer in it. ``first_byte`` is, of
    a load that streams, as ``latency`` and of the same requests, but to the first byte of the body.

    In an open loop ``offered`` counts the arrivals intended inside the window, ``dispatched`` those the
    engine turned to, ``send_lag`` (a histogram as ``latency``) how late it turned to them; ``aborted``
    says that the backlog ended the window. ``parts`` are the kinds by name, where
    kinds were asked for.
    """

    window_ns: int
    completed: int
    outcomes: Outcomes
    latency: str | None
    reconnects: int
    errors: tuple[tuple[str, int], ...]
    cpu: float | None
    cpus: float | None = None
    lag_ms: float
    first: FirstReply | None = None
    drained_ns: int = 0
    offered: int | None = None
    dispatched: int | None = None
    send_lag: str | None = None
    aborted: bool = False
    parts: Mapping[str, KindReport] = field(default_factory=dict)
    first_byte: str | None = None

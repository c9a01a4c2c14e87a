"""What was measured, as it is stored: never changed, everything else is derived from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from betterworker.bench.model.studies import Study, Trial

FailureKind = Literal[
    "not_installed", "start", "not_ready", "wrong_answer", "died", "generator", "skipped", "backend"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What became of every request that was started inside a window.

    Invariant: ``sent`` is the sum of the six others.
    """

    sent: int = 0
    ok: int = 0
    bad_status: int = 0
    invalid_body: int = 0
    timeout: int = 0
    connection_error: int = 0
    unfinished: int = 0

    @property
    def errors(self) -> int:
        return self.bad_status + self.invalid_body + self.timeout + self.connection_error

    @property
    def balanced(self) -> bool:
        return self.sent == self.ok + self.errors + self.unfinished

    def __add__(self, other: Outcomes) -> Outcomes:
        return Outcomes(
            sent=self.sent + other.sent,
            ok=self.ok + other.ok,
            bad_status=self.bad_status + other.bad_status,
            invalid_body=self.invalid_body + other.invalid_body,
            timeout=self.timeout + other.timeout,
            connection_error=self.connection_error + other.connection_error,
            unfinished=self.unfinished + other.unfinished,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The requests of one name among a window's: counts and latency as in a Sample."""

    outcomes: Outcomes
    latency: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one window measured.

    ``completed`` counts validated responses that arrived inside the window (goodput = completed /
    window_s); ``outcomes`` and ``latency`` are of the requests *started* inside it, drained to an answer
    or the timeout. ``latency`` is an HdrHistogram (V2, base64) in microseconds, timeouts entered at the
    timeout. ``generator_cpu`` and ``shares`` are fractions: of one CPU for the busiest load process; of
    the tree's CPU time for each server process, largest first. ``raised`` is the last exception in the
    server's log of this trial, where it answered with errors. ``rested`` is False when the server did
    not come to rest afterwards and had to be restarted. ``server_age_s`` is how long the server had been
    ready when the window began. ``others_cpu`` is how many CPUs were kept busy by anything but the
    server, the load and this program (to about 10 ms: in a short window a rough figure).

    In an open loop ``offered`` counts the arrivals intended inside the window, ``dispatched`` those that
    the generator turned to before its end (fewer: it could not send at that rate), ``send_lag_ms`` is the
    p99 of how late it turned to them; latency runs from the intended time. ``aborted`` says that the
    backlog grew past the trial's limit. ``parts`` are what a row of several requests consists of, by name
    (``fast`` and ``slow`` of mixed traffic).

    ``first_byte`` is, of a scenario that streams, the time to an answer's first byte, as ``latency`` is to
    its last. ``db_connections`` is the most connections that the database server held at once for the site;
    ``backend_cpu`` how many CPUs the scenario's backend kept busy (None where it needs none, or where the
    backend was not started here).
    """

    window_s: float
    completed: int
    outcomes: Outcomes
    latency: str | None
    reconnects: int = 0
    errors: tuple[tuple[str, int], ...] = ()
    first_reply_wrong: str | None = None
    generator_cpu: float | None = None
    generator_lag_ms: float | None = None
    server_cpu_s: float | None = None
    peak_pss_mb: float | None = None
    processes: int | None = None
    threads: int | None = None
    shares: tuple[float, ...] = ()
    steal: float | None = None
    load_average: float | None = None
    raised: str | None = None
    rested: bool = True
    server_age_s: float | None = None
    others_cpu: float | None = None
    offered: int | None = None
    dispatched: int | None = None
    send_lag_ms: float | None = None
    aborted: bool = False
    parts: Mapping[str, Part] = field(default_factory=dict)
    first_byte: str | None = None
    db_connections: int | None = None
    backend_cpu: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerTerms:
    """On what terms a server runs: what it was asked for, or what was found in force when it was ready.

    ``processes`` that serve; ``threads`` a process's views run on (of those in force: all that the whole tree
    had); ``backlog`` of its listening sockets (the smallest); ``keep_alive`` whether a connection can be used
    again. None: not asked for, or not readable here.
    """

    processes: int | None = None
    threads: int | None = None
    backlog: int | None = None
    keep_alive: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a Trial has no Sample. ``reason`` is one line for people; ``log_tail`` the server's last lines."""

    kind: FailureKind
    reason: str
    log_tail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A Trial with a Sample, or with a Failure.

    ``restarted`` says that the server was started anew before this trial because the one before left it
    restless or dead, ``made_room`` that it was because the one before had idle connections to a database that
    another needed. ``spent_s`` is wall time by phase (start, verify, warmup, window, drain, rest).
    ``asked`` and ``in_force`` are the terms of the server's start (None before format 3, or where it was not
    started); ``processes_asked`` is what the study asks of every worker.
    """

    trial: Trial
    started_at: str
    spent_s: Mapping[str, float]
    sample: Sample | None = None
    failure: Failure | None = None
    restarted: bool = False
    made_room: bool = False
    processes_asked: int | None = None
    command: tuple[str, ...] = ()
    asked: ServerTerms | None = None
    in_force: ServerTerms | None = None

    def __post_init__(self) -> None:
        if (self.sample is None) == (self.failure is None):
            raise ValueError("a Result has either a Sample or a Failure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """What the generator reached against a null server with ``connections``, in the same session."""

    connections: int
    rps: float
    generator_cpu: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The machine and software of a run. What could not be read is None."""

    system: str
    kernel: str
    cpu_model: str | None
    cpus: tuple[int, ...]
    memory_mb: float | None
    python: str
    packages: Mapping[str, str]
    virtual: str | None = None
    cpu_limit: float | None = None
    load_average: float | None = None
    open_files: int | None = None
    somaxconn: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stored run, as read back: the immutable facts, from which everything else is derived."""

    id: str
    study: Study
    machine: Machine
    ceilings: tuple[Ceiling, ...]
    results: tuple[Result, ...]
    finished: bool

"""The nouns of the bench: frozen values, no input or output.

A **Study** is planned into **Blocks** of **Trials**; each Trial drives one live **Worker** and becomes one
**Result** (a **Sample** or a **Failure**). Gates and the judge fold Results into **Estimates**.
Missing figures are ``None``, never 0 or -1. Times are seconds, sizes megabytes (1e6 bytes) unless the
name says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Mode = Literal["sync", "async"]
Interface = Literal["wsgi", "asgi"]
Status = Literal["ok", "at_ceiling", "invalid", "failed", "generator_limited", "not_run"]
Effort = Literal["light", "cpu", "client", "waiting"]
Severity = Literal["invalid", "label", "note"]
FailureKind = Literal["not_installed", "start", "not_ready", "wrong_answer", "died", "generator", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A Django project to measure.

    ``prepare`` is a command (without the interpreter) run once before a study; ``env`` is added to the
    environment of every server. ``ready`` is a path that answers 200 with the answering process's id in
    the header ``X-Pid``.
    """

    name: str
    wsgi: str
    asgi: str
    ready: str = "/ready"
    prepare: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What a worker's command line is made from: the same terms for every worker.

    ``concurrency`` is how many requests one process must be able to hold at once.
    """

    python: str
    host: str
    port: int
    processes: int
    concurrency: int
    wsgi: str
    asgi: str
    backlog: int = 2048
    keep_alive_s: int = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A server set-up by name.

    ``command`` is pure: the same Launch gives the same command line. ``distributions`` are the packages
    that must be installed. ``server_header`` is how its ``Server`` header starts. ``cannot`` names what
    it is known not to do (mode -> why); it is measured all the same, and a failure there is expected.
    ``unequal`` says which of the equal terms it does not keep.
    """

    name: str
    interface: Interface
    distributions: tuple[str, ...]
    command: Callable[[Launch], tuple[str, ...]]
    server_header: str
    about: str
    cannot: Mapping[Mode, str] = field(default_factory=dict)
    unequal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A request, what a right answer looks like, and the least time such an answer can take.

    ``check`` returns why a reply's content is wrong, or None when it is right. ``delay_s`` is the view's
    own minimum delay (0 when it has none): the physical ceiling is ``connections / delay_s``.
    """

    name: str
    mode: Mode
    path: str
    effort: Effort
    check: Callable[[Reply], str | None]
    about: str
    delay_s: float = 0.0

    @property
    def key(self) -> str:
        return f"{self.name}:{self.mode}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Closed loop: ``connections`` users, each sends its next request when the last one was answered."""

    connections: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What was asked for: everything needed to plan the same Trials again (after a kill, or by a reader).

    All mappings go by scenario key (``json:sync``). The scenarios in ``once`` are measured in the first
    block only.
    """

    profile: str
    target: str
    workers: tuple[str, ...]
    scenarios: tuple[str, ...]
    connections: Mapping[str, int]
    windows: Mapping[str, float]
    warmups: Mapping[str, float]
    timeouts: Mapping[str, float]
    delays: Mapping[str, float]
    blocks: int
    once: tuple[str, ...] = ()
    seed: int
    processes: int
    server_cpus: tuple[int, ...]
    load_cpus: tuple[int, ...]
    upstream_latency_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One worker × scenario × round × block, before it runs."""

    worker: str
    scenario: str
    round: int
    block: int
    load: Closed
    warmup_s: float
    window_s: float
    timeout_s: float

    @property
    def key(self) -> str:
        """Names the trial within its study; stable over a resume."""
        return f"{self.worker}/{self.scenario}/r{self.round}/b{self.block}"


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
class Sample:
    """What one window measured.

    ``completed`` counts validated responses that arrived inside the window (goodput = completed /
    window_s); ``outcomes`` and ``latency`` are of the requests *started* inside it, drained to an answer
    or the timeout. ``latency`` is an HdrHistogram (V2, base64) in microseconds, timeouts entered at the
    timeout. ``generator_cpu`` and ``shares`` are fractions: of one CPU for the busiest load process; of
    the tree's CPU time for each server process, largest first. ``raised`` is the last exception in the
    server's log of this trial, where it answered with errors. ``rested`` is False when the server did
    not come to rest afterwards and had to be restarted.
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
    restless or dead. ``spent_s`` is wall time by phase (start, verify, warmup, window, drain, rest).
    """

    trial: Trial
    started_at: str
    spent_s: Mapping[str, float]
    sample: Sample | None = None
    failure: Failure | None = None
    restarted: bool = False
    processes_asked: int | None = None
    command: tuple[str, ...] = ()

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
class Finding:
    """What a gate has to say of one cell (or of a run): a typed value with advice, apart from printing."""

    gate: str
    severity: Severity
    message: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A median with its 95 % interval over ``n`` windows; ``low``, ``high`` are None when n carries none."""

    median: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Milliseconds. A percentile that the number of requests does not carry is None."""

    p50: float | None
    p95: float | None
    p99: float | None
    max: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What the Results of one worker × scenario amount to.

    ``goodput`` is None unless the status is ``ok``, ``at_ceiling`` or ``generator_limited``: an invalid
    cell publishes no figure. ``best`` is True where the data carries that no rival is better.
    """

    worker: str
    scenario: str
    status: Status
    findings: tuple[Finding, ...] = ()
    goodput: Interval | None = None
    latency: Latency | None = None
    outcomes: Outcomes | None = None
    cpu_s_per_1000: float | None = None
    peak_pss_mb: float | None = None
    best: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stored run, as read back: the immutable facts, from which everything else is derived."""

    id: str
    study: Study
    machine: Machine
    ceilings: tuple[Ceiling, ...]
    results: tuple[Result, ...]
    finished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What reports render: a Run with its Estimates, workers and scenarios in the study's order."""

    run: Run
    estimates: tuple[Estimate, ...]
    findings: tuple[Finding, ...] = ()

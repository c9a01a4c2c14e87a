"""What the facts amount to: estimates, comparisons, verdicts. Derived, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from betterworker.bench.model.facts import Outcomes
from betterworker.bench.model.setups import Mode

Status = Literal["ok", "at_ceiling", "invalid", "failed", "generator_limited", "saturated", "not_run"]
Severity = Literal["invalid", "label", "note"]
Verdict = Literal["beats", "tied", "cannot tell"]


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
    p999: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What the Results of one worker × scenario amount to.

    ``goodput`` is None unless the status is ``ok``, ``at_ceiling`` or ``generator_limited``: an invalid
    cell publishes no figure. ``best`` is True where the data carries that no rival is better. ``first_byte``
    is of scenarios that stream; ``db_connections`` the most that the database server held for it at once.
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
    first_byte: Latency | None = None
    db_connections: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The leader of a row against one rival.

    ``ratio`` is the rival's goodput over the leader's (under 1: slower), with an interval at the level that
    planned looks and several rivals leave; ``n`` counts its blocks. ``verdict`` says what the leader can
    claim: it *beats* the rival, they are *tied* (equivalent inside the margin), or *cannot tell*, which
    about ``more`` further blocks would settle (None: it cannot be said).
    """

    scenario: str
    leader: str
    rival: str
    ratio: Interval
    verdict: Verdict
    more: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A row: its leader, every published rival against it, and the A/A.

    ``leader`` is None when no worker has a figure that can lead. ``aa`` is the ratio of two identical
    servers of the leader, visited in the same blocks: no difference inside it is claimed. ``blocks``
    counts the blocks of the row that count, ``settled`` says that more of them could change no verdict.
    """

    scenario: str
    leader: str | None
    comparisons: tuple[Comparison, ...] = ()
    aa: Interval | None = None
    blocks: int = 0
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientStanding:
    """The HTTP clients that views of one mode fetch with, compared under one worker.

    In ``standing`` scenario keys (``httpx-pooled:async``) take the place of workers.
    """

    worker: str
    mode: Mode
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Paced:
    """One worker × scenario × point under an open loop of ``rate`` requests per second.

    ``latency`` is of all requests, from their intended send times; of mixed traffic it is of the fast ones,
    and ``slow`` of the others. ``tail`` is the interval over windows of the percentile ``tail_percentile``
    (99, or 95 where a window has too few requests), in milliseconds. An invalid row publishes neither.
    """

    worker: str
    scenario: str
    point: str
    rate: float
    status: Status
    findings: tuple[Finding, ...] = ()
    latency: Latency | None = None
    slow: Latency | None = None
    tail: Interval | None = None
    tail_percentile: int | None = None
    goodput: float | None = None
    send_lag_ms: float | None = None
    outcomes: Outcomes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ByRequest:
    """One of the requests that a row consists of, under one worker; ``point`` as of a Paced, empty for the
    closed loop.

    ``share`` (0 to 1) is its part of the requests that were sent. ``latency`` is of this request beside the
    others, ``alone`` of its own row at the same point; None where that has no figure. ``status`` is the whole
    row's.
    """

    worker: str
    scenario: str
    point: str
    name: str
    status: Status
    share: float
    outcomes: Outcomes
    latency: Latency | None = None
    alone: Latency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """The highest rate at which one worker keeps an objective on a scenario.

    It was kept at ``rate`` (None: at no rate that was tried) and broken at ``broken_at`` (None: nowhere,
    then ``reason`` says why nothing higher was tried). ``probes`` counts the windows it took.
    """

    worker: str
    scenario: str
    objective: str
    rate: float | None
    broken_at: float | None
    probes: int
    found: bool
    reason: str = ""

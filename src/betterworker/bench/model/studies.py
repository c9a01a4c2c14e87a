"""What is asked for, and the trials it is planned into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from betterworker.bench.model.projects import Project
from betterworker.bench.model.setups import Arrivals, BackendName, Load, Setup

#: Between a worker's name and what tells apart several servers of it (``uvicorn#2``).
MARK = "#"
#: The second server of a row's leader, for the permanent A/A.
TWIN = "twin"


def worker_name(slot: str) -> str:
    """The registered worker that runs in a slot: ``uvicorn`` for ``uvicorn#2`` and ``uvicorn#twin``."""
    return slot.partition(MARK)[0]


def twin_of(slot: str) -> str:
    return f"{slot}{MARK}{TWIN}"


def is_twin(slot: str) -> bool:
    return slot.endswith(f"{MARK}{TWIN}")


def original_of(twin: str) -> str:
    """The slot whose twin this is (itself when it is none)."""
    return twin.removesuffix(f"{MARK}{TWIN}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paces:
    """The open-loop part of a study.

    ``scenarios`` are the rows measured at 50 % and 80 % of each worker's own closed-loop capacity and at
    one ``rate`` common to all (None: half of what the slowest can). ``objective`` is a text like
    ``p99<250ms,errors<0.1%`` whose highest rate is searched for, or None.
    """

    scenarios: tuple[str, ...] = ()
    blocks: int = 2
    window_s: float = 2.0
    warmup_s: float = 0.3
    connections: int = 256
    arrivals: Arrivals = "poisson"
    rate: float | None = None
    objective: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What was asked for: everything needed to plan the same Trials again (after a kill, or by a reader).

    ``workers`` are slots: a worker asked for twice is ``uvicorn`` and ``uvicorn#2``. All mappings go by
    scenario key (``json:sync``). ``looks`` are the numbers of blocks after which a row is judged, the last
    being the most it gets; ``blocks_per_round`` says how many of them share a start of the servers.
    ``mixes`` holds the mixed scenarios' rates of fast and of slow requests (per second). A ``margin`` of
    0.03 makes workers within 3 % equivalent. ``memory_mb`` is what live servers may hold together.
    ``threads`` is how many each process of a server of threads gets. ``needs`` names the backend of the
    scenarios that need one, ``backends`` says what stands for each (``redis-server 7.0.15, started here``;
    None: there is none, and its rows are skipped). ``clients`` are the scenarios that compare HTTP clients
    (scenario key -> the client's name). ``setups`` are the workers' own words, by worker name. ``sweeps`` are
    the numbers of connections that a row is measured at besides its own (scenario key -> numbers), in as many
    rounds as there are blocks of ``paces``. ``project`` is the user's own, None where the
    built-in site is measured.
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
    looks: Mapping[str, tuple[int, ...]]
    mixes: Mapping[str, tuple[float, float]]
    paces: Paces
    blocks_per_round: Mapping[str, int]
    margin: float
    memory_mb: float
    seed: int
    processes: int
    server_cpus: tuple[int, ...]
    load_cpus: tuple[int, ...]
    upstream_latency_s: float
    threads: int | None = None
    needs: Mapping[str, BackendName] = field(default_factory=dict)
    backends: Mapping[str, str | None] = field(default_factory=dict)
    clients: Mapping[str, str] = field(default_factory=dict)
    setups: Mapping[str, Setup] = field(default_factory=dict)
    sweeps: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    project: Project | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One worker × scenario × round × block, before it runs.

    ``worker`` is a slot. ``point`` says where on the load curve: empty for the closed loop, ``8c`` for a
    closed loop of other connections than the row's own, ``50%``, ``80%`` and ``common`` for the latency rows,
    ``mixed`` and ``alone`` (fast requests only) for mixed traffic, ``objective`` for a probe of the search.
    Servers live for a ``round``. ``group`` counts the parts of a block whose servers did not fit into memory
    together; ``attempt`` is 2 where a block is repeated because the machine was disturbed. A window whose
    backlog passes ``max_backlog`` is ended.
    """

    worker: str
    scenario: str
    point: str = ""
    round: int
    block: int
    group: int = 0
    attempt: int = 1
    load: Load
    warmup_s: float
    window_s: float
    timeout_s: float
    max_backlog: int | None = None

    @property
    def row(self) -> str:
        """``json:sync``, or ``json:sync@50%``."""
        return f"{self.scenario}@{self.point}" if self.point else self.scenario

    @property
    def is_swept(self) -> bool:
        """Whether it is a closed loop of other connections than the row's own."""
        return bool(self.point) and not self.load.is_open

    @property
    def key(self) -> str:
        """Names the trial within its study; stable over a resume."""
        group = f"/g{self.group}" if self.group else ""
        again = f"/a{self.attempt}" if self.attempt > 1 else ""
        return f"{self.worker}/{self.row}/r{self.round}/b{self.block}{group}{again}"

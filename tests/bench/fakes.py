"""A clock, servers and a generator of which a test says how they behave: no time passes, nothing starts."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from betterworker.bench.errors import ServerFailure
from betterworker.bench.load.generator import Drive
from betterworker.bench.load.spec import FirstReply, LoadReport, LoadSpec
from betterworker.bench.meter import Usage
from betterworker.bench.model import (
    GET,
    Failure,
    Reply,
    Request,
    Result,
    Sample,
    Scenario,
    ServerTerms,
    Trial,
    Worker,
)
from betterworker.bench.ports import Clock, LiveServer
from tests.bench.builders import a_histogram, a_reply, a_result, a_sample, an_outcomes


@dataclass
class FakeClock:
    """Seconds. Sleeping moves it on; ``late_s`` is how late every sleep ends."""

    moment: float = 100.0
    late_s: float = 0.0

    def now(self) -> float:
        return self.moment

    def sleep_until(self, moment: float) -> None:
        self.moment = max(self.moment, moment + self.late_s)


@dataclass
class FakeServer:
    """Ready at once, right and at rest, unless said otherwise.

    ``cpu`` is what each of its processes uses of a CPU; ``sizes_mb`` are the PSS readings, in order, the
    last one again and again; ``readings`` counts them. ``replies`` are given in turn; an exception among
    them is raised. ``paths`` are what was got. ``connected`` is what it holds of a database's connections,
    ``tail_since`` from where its log was last asked what tells a cause.
    """

    name: str = "server"
    clock: FakeClock = field(default_factory=FakeClock)
    events: list[str] = field(default_factory=list)
    pids: frozenset[int] = frozenset({11, 12})
    unwell: str | None = None
    ready_at: float | None = None
    command: tuple[str, ...] = ("serve", "site")
    host: str = "127.0.0.1"
    port: int = 8000
    replies: Sequence[Reply | Exception] = field(default_factory=lambda: [a_reply()])
    log: str = ""
    logs_on_get: str = ""
    cpu: Mapping[int, float] = field(default_factory=lambda: {11: 0.75, 12: 0.25})
    sizes_mb: Sequence[float | None] = (80.0,)
    threads: int = 4
    rested: bool = True
    lost_reason: str | None = None
    start_error: BaseException | None = None
    paths: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    readings: int = 0
    asked: ServerTerms | None = None
    in_force: ServerTerms | None = None
    connected: int | None = 0
    tail_since: int | None = None

    def connected_to(self, port: int) -> int | None:
        return self.connected

    def get_all(self, path: str, count: int, timeout_s: float, request: Request = GET) -> list[Reply]:
        self.paths.append(path)
        self.requests.append(request)
        self.log += self.logs_on_get
        given = [self.replies[number % len(self.replies)] for number in range(count)]
        for reply in given:
            if isinstance(reply, Exception):
                raise reply
        return [reply for reply in given if isinstance(reply, Reply)]

    def usage(self, *, memory: bool = True) -> Usage:
        size = self.sizes_mb[min(self.readings, len(self.sizes_mb) - 1)] if memory else None
        self.readings += memory
        spent = {pid: rate * self.clock.now() for pid, rate in self.cpu.items()}
        return Usage(cpu_s=spent, pss_mb=size, threads=self.threads)

    def rest(self) -> bool:
        self.events.append(f"{self.name} rests")
        return self.rested

    def lost(self) -> str | None:
        return self.lost_reason

    def log_size(self) -> int:
        return len(self.log)

    def log_since(self, position: int) -> str:
        return self.log[position:]

    def log_tail(self, position: int | None = None) -> str:
        self.tail_since = position
        return self.log

    def wait_ready(self) -> None:
        if self.start_error:
            raise self.start_error
        self.events.append(f"{self.name} ready")

    def stop(self) -> None:
        self.events.append(f"{self.name} stopped")


@dataclass
class FakeBackend:
    """Alive, and using ``cpu`` of a CPU, unless said otherwise. ``dies`` are the reasons for which it is
    lost, one a revival; ``counts`` what was counted for which port."""

    clock: FakeClock = field(default_factory=FakeClock)
    cpu: float | None = 0.5
    connections: int | None = None
    dies: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    env: Mapping[str, str] = field(default_factory=dict)
    start_error: ServerFailure | None = None
    revive_error: ServerFailure | None = None
    counts: list[int] = field(default_factory=list)

    def lost(self) -> str | None:
        return self.dies[0] if self.dies else None

    def cpu_s(self) -> float | None:
        return None if self.cpu is None else self.cpu * self.clock.now()

    def count(self, port: int) -> None:
        self.counts.append(port)

    def counted(self) -> int | None:
        return self.connections

    def start(self) -> None:
        if self.start_error:
            raise self.start_error
        self.events.append("started")

    def revive(self) -> None:
        if self.revive_error:
            raise self.revive_error
        self.dies.pop(0)
        self.events.append("revived")

    def stop(self) -> None:
        self.events.append("stopped")


@dataclass
class FakeLauncher:
    """Starts FakeServers named ``slot-round``. ``prepare`` may change one before it is ready."""

    events: list[str] = field(default_factory=list)
    prepare: Callable[[FakeServer], None] = lambda server: None
    launched: list[FakeServer] = field(default_factory=list)

    def __call__(self, worker: Worker, slot: str, round_: int) -> FakeServer:
        server = FakeServer(name=f"{slot}-{round_}", events=self.events)
        self.prepare(server)
        self.launched.append(server)
        return server

    @property
    def names(self) -> list[str]:
        return [server.name for server in self.launched]


def cannot_start(*names: str) -> Callable[[FakeServer], None]:
    """For FakeLauncher: the servers of these names do not get ready."""

    def prepare(server: FakeServer) -> None:
        if server.name in names:
            server.start_error = ServerFailure("ended with status 3 before it was ready", "no such option")

    return prepare


def a_load_report(**overrides: object) -> LoadReport:
    """A window of one second with 1,000 right answers."""
    values: dict[str, object] = {
        "window_ns": 1_000_000_000,
        "completed": 1000,
        "outcomes": an_outcomes(),
        "latency": a_histogram([1_000] * 1000),
        "reconnects": 0,
        "errors": (),
        "cpu": 0.2,
        "cpus": 0.2,
        "lag_ms": 0.1,
    }
    return LoadReport(**{**values, **overrides})  # type: ignore[arg-type]


@dataclass
class FakeGenerator:
    """Gives ``report`` when asked, or raises it; ``meanwhile`` is called before. ``ends_at`` is when its
    load ends by itself."""

    clock: FakeClock = field(default_factory=FakeClock)
    report: LoadReport | Exception = field(default_factory=a_load_report)
    drives: list[Drive] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None
    ends_at: float | None = None

    def done(self) -> bool:
        return self.ends_at is not None and self.clock.now() >= self.ends_at

    def begin(self, drive: Drive) -> LoadSpec:
        self.drives.append(drive)
        return drive.at(round(self.clock.now() * 1e9))

    def finish(self) -> LoadReport:
        self.meanwhile()
        if isinstance(self.report, Exception):
            raise self.report
        return self.report


@dataclass
class FakeRunner:
    """In place of the Conductor: each trial ends as ``ends`` says by its key, otherwise with a sample."""

    clock: Clock = field(default_factory=FakeClock)
    ends: Mapping[str, Sample | Failure | BaseException] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

    def run(self, trial: Trial, scenario: Scenario, server: LiveServer) -> Result:
        self.ran.append(trial.key)
        part = self.ends.get(trial.key) or a_sample()
        if isinstance(part, BaseException):
            raise part
        if isinstance(part, Failure):
            return a_result(trial=trial, failure=part)
        return a_result(trial=trial, sample=part)


@dataclass
class RecordingListener:
    events: list[str] = field(default_factory=list)
    forecasts: list[float] = field(default_factory=list)

    def plans(self, most_s: float) -> None:
        self.forecasts.append(most_s)

    def begins(self, trial: Trial) -> None:
        self.events.append(f"begins {trial.key}")

    def ends(self, result: Result) -> None:
        self.events.append(f"ends {result.trial.key}")


def a_first_reply(reply: Reply) -> FirstReply:
    return FirstReply(
        status=reply.status,
        headers=tuple(reply.headers.items()),
        body=base64.b64encode(reply.body).decode(),
    )

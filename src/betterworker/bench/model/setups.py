"""What is measured: projects, server set-ups, requests and how they are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Mode = Literal["sync", "async"]
Interface = Literal["wsgi", "asgi"]
Effort = Literal["light", "cpu", "client", "costly", "waiting", "mixed"]
Arrivals = Literal["constant", "poisson"]


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
    own minimum delay (0 when it has none): the physical ceiling is ``connections / delay_s``. With a
    ``mix`` the scenario is mixed traffic: its own request is the fast one.
    """

    name: str
    mode: Mode
    path: str
    effort: Effort
    check: Callable[[Reply], str | None]
    about: str
    delay_s: float = 0.0
    mix: Mix | None = None

    @property
    def key(self) -> str:
        return f"{self.name}:{self.mode}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Slow requests among fast ones: a ``share`` (0 to 1) of ``rate`` requests per second is ``slow``."""

    slow: Scenario
    share: float
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How requests come.

    Closed loop, where ``rate`` is None: ``connections`` users, each sends its next request when the last
    one was answered. Open loop: ``rate`` requests per second on a schedule, whatever the answers do;
    ``connections`` is the most that are opened, and a request that waits for one is charged the wait.
    """

    connections: int
    rate: float | None = None
    arrivals: Arrivals = "constant"

    @property
    def is_open(self) -> bool:
        return self.rate is not None

"""What is measured: projects, server set-ups, requests and how they are sent."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Mode = Literal["sync", "async"]
Interface = Literal["wsgi", "asgi"]
Effort = Literal["light", "cpu", "client", "costly", "heavy", "waiting", "mixed"]
Feature = Literal["async", "websocket", "http2", "reload"]
BackendName = Literal["redis", "postgres"]
Arrivals = Literal["constant", "poisson"]

MODES: tuple[Mode, ...] = ("sync", "async")
#: As many as Python's own thread pools have at the most. A light row has as many connections.
THREADS = 32
#: Any project in betterworker's own handler: it takes the settings' module from the environment.
BETTER = "betterworker.handler.application:application"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A Django project to measure.

    ``prepare`` is a command (without the interpreter) run once before a study; ``env`` is added to the
    environment of every server. ``ready`` is a path that answers 200 with the answering process's id in
    the header ``X-Pid``. ``better`` is the ASGI path of the project in betterworker's handler; the default
    asks for ``DJANGO_SETTINGS_MODULE`` in ``env``. Servers run on ``python`` in ``folder`` (None: in the
    program's own); ``packages`` are the versions that it has by normalised name (None: as this program has
    them). Only where ``upstream`` is one started for its views. ``names`` are the project's own paths by
    those that are served in their place.
    """

    name: str
    wsgi: str
    asgi: str
    better: str = BETTER
    ready: str = "/ready"
    prepare: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    python: str = sys.executable
    folder: str | None = None
    packages: Mapping[str, str] | None = None
    upstream: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    def shown(self, command: Sequence[str]) -> tuple[str, ...]:
        """A server's command as its reader would type it."""
        return tuple(self._shown(word) for word in command) if self.names else tuple(command)

    def _shown(self, word: str) -> str:
        if word == self.python:
            return "python"
        # A script that lies beside the interpreter is on the reader's path.
        beside = self.python.rpartition("/")[0] + "/"
        return self.names.get(word, word.removeprefix(beside))


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What a worker's command line is made from: the same terms for every worker.

    ``concurrency`` is how many connections one process must be able to hold at once; ``threads`` how many
    a server of threads runs its views on, in each process. ``versions`` are of the packages there, by
    normalised name (what is absent is taken for new). Where the folder has ``own_files``, which a server
    would read by itself (gunicorn.conf.py), it is told not to: they would change its terms.
    """

    python: str
    host: str
    port: int
    processes: int
    concurrency: int
    wsgi: str
    asgi: str
    better: str = BETTER
    threads: int = THREADS
    backlog: int = 2048
    keep_alive_s: int = 75
    versions: Mapping[str, str] = field(default_factory=dict)
    own_files: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A server set-up by name.

    ``command`` is pure: the same Launch gives the same command line. ``distributions`` are the packages
    that must be installed. ``server_header`` is how its ``Server`` header starts. ``cannot`` names what
    it is known not to do (mode -> why); it is measured all the same, and a failure there is expected.
    ``supports`` says how it does what not every server does (feature -> how); what is absent it does not.
    ``unequal`` says which of the equal terms it does not keep. ``most_processes`` is 1 for a server of one
    process (None: as many as asked for); ``threads`` is how many threads it runs views on in each process of
    a Launch (None where its views do not run on threads of its own); ``loses`` says why a request that it
    has accepted may be lost when it is stopped (empty: none is, within the grace time). ``reloads_from`` is
    the least number of processes with which it goes on serving at SIGHUP, its code loaded anew (None: it
    ends). ``own_processes`` is of a server that runs as somebody else wrote it (None: as many as asked for);
    ``env`` are variables that its command line comes with.
    """

    name: str
    interface: Interface
    distributions: tuple[str, ...]
    command: Callable[[Launch], tuple[str, ...]]
    server_header: str
    about: str
    cannot: Mapping[Mode, str] = field(default_factory=dict)
    supports: Mapping[Feature, str] = field(default_factory=dict)
    unequal: tuple[str, ...] = ()
    most_processes: int | None = None
    threads: Callable[[Launch], int] | None = None
    loses: str = ""
    reloads_from: int | None = None
    own_processes: int | None = None
    env: Mapping[str, str] = field(default_factory=dict)

    def processes(self, asked: int) -> int:
        """How many serve when so many are asked for."""
        if self.own_processes is not None:
            return self.own_processes
        return asked if self.most_processes is None else min(asked, self.most_processes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a report says of a worker: a Worker's words, as they were when it was measured."""

    interface: Interface
    about: str
    distributions: tuple[str, ...]
    cannot: Mapping[Mode, str] = field(default_factory=dict)
    supports: Mapping[Feature, str] = field(default_factory=dict)
    unequal: tuple[str, ...] = ()
    loses: str = ""
    reloads_from: int | None = None


def setup_of(worker: Worker) -> Setup:
    return Setup(
        interface=worker.interface,
        about=worker.about,
        distributions=worker.distributions,
        cannot=worker.cannot,
        supports=worker.supports,
        unequal=worker.unequal,
        loses=worker.loses,
        reloads_from=worker.reloads_from,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is sent, apart from the path: method, headers of its own, body; ``status`` is of a right answer.

    An ``anonymous`` one is sent without the log-in that a project may have.
    """

    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    status: int = 200
    anonymous: bool = False


#: A plain GET.
GET = Request()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One of several requests of a row, sent in proportion to its ``weight``; those of one ``name`` are
    reported together. ``check`` and ``varies`` as of a Scenario."""

    name: str
    path: str
    check: Callable[[Reply], str | None]
    weight: float = 1.0
    request: Request = GET
    varies: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A request, what a right answer looks like, and the least time such an answer can take.

    ``check`` returns why a reply's content is wrong, or None when it is right. ``delay_s`` is the view's
    own minimum delay (0 when it has none): the physical ceiling is ``connections / delay_s``. With a
    ``mix`` the scenario is mixed traffic: its own request is the fast one. ``needs`` names the backend that
    the view talks to (None: what every site has), ``packages`` the distributions that not every installation
    has. ``client`` is the HTTP client that the view fetches with
    (None: it fetches nothing). Where ``streams``, the time to the first byte is measured as well.
    With ``variants`` these are sent instead of ``path`` and ``request``. Where it ``varies``, right answers
    differ in length: under load only their status is compared.
    """

    name: str
    mode: Mode
    path: str
    effort: Effort
    check: Callable[[Reply], str | None]
    about: str
    delay_s: float = 0.0
    mix: Mix | None = None
    request: Request = GET
    needs: BackendName | None = None
    packages: tuple[str, ...] = ()
    client: str | None = None
    streams: bool = False
    variants: tuple[Variant, ...] = ()
    varies: bool = False

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

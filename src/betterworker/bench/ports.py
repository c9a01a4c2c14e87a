"""What trials and sessions need of the world, as protocols; fakes of each ship with the tests."""

from __future__ import annotations

from typing import Protocol

from betterworker.bench.load.generator import Drive
from betterworker.bench.load.spec import LoadReport, LoadSpec
from betterworker.bench.meter import Usage
from betterworker.bench.model import GET, BackendName, Reply, Request, ServerTerms


class Clock(Protocol):
    """Time as a trial sees it, in seconds."""

    def now(self) -> float: ...
    def sleep_until(self, moment: float) -> None: ...


class LiveServer(Protocol):
    """What a trial needs of a server. ``ready_at`` is on the same clock as a trial's. ``asked`` and
    ``in_force`` are the terms it was started on, and those found when it was ready."""

    pids: frozenset[int]
    unwell: str | None
    ready_at: float | None
    asked: ServerTerms | None
    in_force: ServerTerms | None

    @property
    def command(self) -> tuple[str, ...]: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    def get_all(self, path: str, count: int, timeout_s: float, request: Request = GET) -> list[Reply]: ...
    def usage(self, *, memory: bool = True) -> Usage: ...
    def rest(self) -> bool: ...
    def lost(self) -> str | None: ...
    def log_size(self) -> int: ...
    def log_since(self, position: int) -> str: ...
    def log_tail(self, position: int | None = None) -> str: ...


class Backend(Protocol):
    """What a trial needs of the database or cache that a scenario's view talks to."""

    def lost(self) -> str | None:
        """Why it can no longer be used, or None."""

    def cpu_s(self) -> float | None:
        """CPU seconds that it has used so far; None where that cannot be read."""

    def count(self, port: int) -> None:
        """Begin to count the connections that it holds for the server on that port."""

    def counted(self) -> int | None:
        """The most that it held at once since then, and the end of counting; None where nobody counts."""


class Backing(Protocol):
    """What a session needs of all backends of a study."""

    def skip(self, name: BackendName) -> str | None:
        """Why nothing that needs it can be measured, or None."""

    def mend(self, name: BackendName) -> bool:
        """Start it again if it has died. Whether it was: servers may hold connections to the dead one."""


class LoadDriver(Protocol):
    """What a trial needs of the generator."""

    def begin(self, drive: Drive) -> LoadSpec: ...
    def done(self) -> bool: ...
    def finish(self) -> LoadReport: ...

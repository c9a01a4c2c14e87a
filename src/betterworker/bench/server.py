"""A live server: start it, know that it is ready, let it rest, stop it, and leave nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from betterworker.bench import guard, in_force, machine, meter, probe
from betterworker.bench.errors import ServerFailure
from betterworker.bench.log_lines import tail
from betterworker.bench.logs import Log
from betterworker.bench.model import GET, Reply, Request, ServerTerms
from betterworker.bench.refusals import refusal

READY_S = 30.0
UNWELL_S = 1.5
GRACE_S = 5.0
REST_S = 3.0
REST_SLICE_S = 0.03
REST_CPU = 0.25
QUICK_S = 0.5
TAIL_LINES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How a process is started: its command, where it listens, where it may run and write.

    ``user`` is whom root is to run it as (None: as this program runs), ``signal`` what asks it to end,
    ``folder`` the one that it starts in (None: the program's). ``env`` is added to this program's
    environment, ``without`` are the names of what it is not to have of either. With a ``mask`` its output
    is only kept masked.
    """

    command: Sequence[str]
    host: str
    port: int
    cpus: Sequence[int]
    log: Path
    env: Mapping[str, str]
    remove: Path | None = None
    user: str | None = None
    signal: str = "TERM"
    folder: str | None = None
    without: Collection[str] = ()
    mask: Callable[[str], str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """All of it."""
        both = {**os.environ, **self.env}
        return {name: value for name, value in both.items() if name not in self.without}


class Guarded:
    """A process behind its guard. Ends with the program, however the program ends."""

    def __init__(self, start: Start) -> None:
        self.start = start
        if not probe.is_free(start.host, start.port):
            raise ServerFailure(port_taken(start.port))
        options = ["--cpus", ",".join(map(str, start.cpus)), "--grace", str(GRACE_S)]
        options += ["--signal", start.signal]
        if start.user:
            options += ["--user", start.user]
        if start.remove:
            options += ["--remove", str(start.remove.absolute())]
        self.log = Log(start.log, start.mask)
        self.log_begin = self.log.size()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", guard.__file__, *options, "--", *start.command],
            stdin=subprocess.PIPE,
            stdout=self.log.file,
            stderr=subprocess.STDOUT,
            env=start.environment,
            cwd=start.folder,
            start_new_session=True,
        )

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        """End it and everything it started; returns when nothing is left."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=GRACE_S + 5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def log_size(self) -> int:
        return self.log.size()

    def log_since(self, position: int) -> str:
        """What it has written since, as text."""
        return self.log.since(position)

    def log_tail(self, position: int | None = None) -> str:
        """The end of what it has written, and what else of it tells a cause since that position (None: since
        it was started)."""
        lines = self.log_since(self.log_begin).splitlines()
        recent = lines if position is None else self.log_since(position).splitlines()
        return tail(lines, TAIL_LINES, recent)

    def connected_to(self, port: int) -> int | None:
        """How many TCP connections it has to that port; None where that cannot be read."""
        return meter.connected_to(self.process.pid, port)

    def usage(self, *, memory: bool = True) -> meter.Usage:
        return meter.read(self.process.pid, memory=memory)


class Server(Guarded):
    """A worker under test. ``pids`` are the serving processes, ``unwell`` what it answers instead of 200,
    ``ready_at`` when it was ready (of the monotonic clock; None before). ``distribution`` is the package
    that reads its command line, of ``versions`` (None: as this program has them). ``asked`` are its terms,
    ``in_force`` what was found when it was ready."""

    def __init__(
        self,
        start: Start,
        *,
        ready_path: str,
        processes: int,
        header: str,
        distribution: str = "the server",
        asked: ServerTerms | None = None,
        versions: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(start)
        self.ready_path = ready_path
        self.processes = processes
        self.header = header
        self.distribution = distribution
        self.versions = versions
        self.asked = asked
        self.in_force: ServerTerms | None = None
        self.pids: frozenset[int] = frozenset()
        self.unwell: str | None = None
        self.ready_at: float | None = None

    @property
    def command(self) -> tuple[str, ...]:
        return tuple(self.start.command)

    @property
    def host(self) -> str:
        return self.start.host

    @property
    def port(self) -> int:
        return self.start.port

    def get(self, path: str, timeout_s: float, request: Request = GET) -> Reply:
        return probe.get(self.start.host, self.start.port, path, timeout_s, request)

    def get_all(self, path: str, count: int, timeout_s: float, request: Request = GET) -> list[Reply]:
        """So many requests under way at once."""
        return probe.get_all(self.start.host, self.start.port, path, count, timeout_s, request)

    def wait_ready(self, timeout_s: float = READY_S) -> None:
        """Return when every serving process has answered 200.

        A server that keeps answering something else is let through as ``unwell``: what its views answer
        is then measured view by view. Raises ServerFailure when it ends, or stays silent.
        """
        deadline = time.monotonic() + timeout_s
        unwell_since: float | None = None
        while time.monotonic() < deadline:
            if not self.alive:
                status = self.process.returncode
                raise self._failure(f"ended with status {status} before it was ready")
            replies = self._knock()
            self.unwell = next((f"HTTP {r.status}" for r in replies if r.status != 200), None)
            self.pids |= {int(r.headers["x-pid"]) for r in replies if "x-pid" in r.headers}
            if replies and self.unwell is None and len(self.pids) >= self.processes:
                self._check_identity(replies[0])
                return self._is_ready()
            unwell_since = (unwell_since or time.monotonic()) if self.unwell else None
            if unwell_since and time.monotonic() - unwell_since > UNWELL_S:
                return self._is_ready()
            time.sleep(0.02)
        raise self._failure(self._not_ready(timeout_s))

    def _is_ready(self) -> None:
        self.ready_at = time.monotonic()
        self.in_force = in_force.terms(self.host, self.port, self.ready_path, self.pids, self.process.pid)

    def _failure(self, reason: str) -> ServerFailure:
        """With the option that it refused as the reason, where its log names one."""
        versions = machine.packages() if self.versions is None else self.versions
        version = versions.get(machine.distribution_key(self.distribution), "")
        server = f"{self.distribution} {version}".strip()
        refused = refusal(self.log_since(self.log_begin), self.command, server)
        return ServerFailure(refused or reason, self.log_tail())

    def _knock(self) -> list[Reply]:
        try:
            return self.get_all(self.ready_path, 1 if self.processes == 1 else 4 * self.processes, 2.0)
        except probe.UNANSWERED:
            return []

    def _not_ready(self, timeout_s: float) -> str:
        if self.pids:
            return f"only {len(self.pids)} of {self.processes} processes answered in {timeout_s:g} s"
        return f"gave no answer in {timeout_s:g} s"

    def _check_identity(self, reply: Reply) -> None:
        """The answers must come from what was started here, not from a server left from before."""
        ours = {process.pid for process in meter.tree(self.process.pid)}
        strangers = (meter.listeners(self.start.port) | self.pids) - ours
        if strangers:
            raise ServerFailure(
                f"port {self.start.port} is answered by process {min(strangers)}, which is not ours"
            )
        said = reply.headers.get("server", "")
        if not said.lower().startswith(self.header.lower()):
            raise ServerFailure(f"the Server header says {said!r} instead of {self.header!r}")

    def lost(self) -> str | None:
        """Why it can no longer be trusted to be the server that was started, or None."""
        if not self.alive:
            return f"the server ended with status {self.process.returncode}"
        gone = self.pids - {process.pid for process in meter.tree(self.process.pid)}
        if gone:
            return f"worker process {min(gone)} ended"
        return None

    def rest(self, timeout_s: float = REST_S) -> bool:
        """Whether it comes to rest in time: no CPU used, and a quick answer."""
        deadline = time.monotonic() + timeout_s
        before = meter.read(self.process.pid, memory=False)
        while time.monotonic() < deadline and self.alive:
            time.sleep(REST_SLICE_S)
            now = meter.read(self.process.pid, memory=False)
            if sum(now.spent_since(before).values()) <= REST_CPU * REST_SLICE_S and self._quick():
                return True
            before = now
        return False

    def _quick(self) -> bool:
        try:
            return self.get(self.ready_path, QUICK_S).status == 200
        except probe.UNANSWERED:
            return False


def port_taken(port: int) -> str:
    """Names who holds the port, where that can be seen."""
    holders = meter.listeners(port)
    who = f" by process {min(holders)}" if holders else ""
    return f"port {port} is taken{who}: end that process, or choose another port"

"""The generator as the program sees it: one load process per CPU, told what to drive, asked what it saw."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from betterworker.bench.errors import GeneratorFailure
from betterworker.bench.load.merging import combine
from betterworker.bench.load.spec import Kind, LoadReport, LoadSpec
from betterworker.bench.model import GET, Arrivals, Request

#: A load process that needs longer to arrange itself begins late, which is the warm-up's.
LEAD_NS = 10_000_000
#: What each of many kinds of request adds: it is read, written out and put in its turns.
LEAD_OF_KIND_NS = 30_000
ANSWER_GRACE_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """What to drive, in terms of durations; `Generator.begin` puts it on the clock.

    Seconds. ``ramp_s`` is the time over which the connections of a closed loop start one after the other.
    The rest is as in a LoadSpec; ``max_backlog`` is of all load processes together.
    """

    host: str
    port: int
    path: str
    connections: int
    warmup_s: float
    window_s: float
    timeout_s: float
    ramp_s: float
    length: int | None = None
    request: Request = GET
    kinds: tuple[Kind, ...] = ()
    rate: float | None = None
    arrivals: Arrivals = "constant"
    seed: int = 1
    max_backlog: int | None = None
    streams: bool = False

    def at(self, begin_ns: int) -> LoadSpec:
        start = begin_ns + round(max(self.warmup_s, self.ramp_s) * 1e9)
        return LoadSpec(
            host=self.host,
            port=self.port,
            path=self.path,
            connections=self.connections,
            begin_ns=begin_ns,
            window_start_ns=start,
            window_end_ns=start + round(self.window_s * 1e9),
            timeout_ns=round(self.timeout_s * 1e9),
            ramp_ns=round(self.ramp_s * 1e9),
            length=self.length,
            request=self.request,
            kinds=self.kinds,
            rate=self.rate,
            arrivals=self.arrivals,
            seed=self.seed,
            max_backlog=self.max_backlog,
            streams=self.streams,
        )


class Generator:
    """A context manager: load processes start on entry and end, whatever happened, on exit."""

    def __init__(self, cpus: Sequence[int]) -> None:
        self.cpus = tuple(cpus)
        self.agents: list[subprocess.Popen[bytes]] = []
        self.spec: LoadSpec | None = None
        self.asked: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Generator:
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> None:
        try:
            for cpu in self.cpus or (None,):
                self.agents.append(start_agent(cpu))
            for agent in self.agents:
                self._line(agent, time.monotonic() + ANSWER_GRACE_S)
        except BaseException:
            self.close()
            raise

    def begin(self, drive: Drive) -> LoadSpec:
        """Send every load process its part; returns at once, with the window's place on the clock."""
        if self.spec is not None:
            # The last window was never finished: one process is gone, or another still has a report to give.
            self.close()
            self._open()
        spec = drive.at(time.monotonic_ns() + LEAD_NS + len(drive.kinds) * LEAD_OF_KIND_NS)
        count = min(len(self.agents), drive.connections)
        self.asked = self.agents[:count]
        self.spec = spec
        for first, agent in enumerate(self.asked):
            part = replace(spec, first=first, every=count, max_backlog=share(spec.max_backlog, count))
            self._send(agent, msgspec.json.encode(part))
        return spec

    def done(self) -> bool:
        """Whether a load process has ended its part by now: the window was ended early, or is over."""
        return bool(heard(self.asked, 0))

    def finish(self) -> LoadReport:
        """Wait for every part and merge them. GeneratorFailure when one died or is silent.

        When the backlog of one part ended the window, it ends for the others too.
        """
        if self.spec is None:
            raise GeneratorFailure("nothing was begun")
        end = (self.spec.window_end_ns + self.spec.timeout_ns) / 1e9 + ANSWER_GRACE_S
        reports: list[LoadReport] = []
        missing = list(self.asked)
        while missing:
            agent = first_heard(missing, end)
            report = msgspec.json.decode(self._line(agent, end), type=LoadReport)
            reports.append(report)
            missing.remove(agent)
            if report.aborted:
                self.stop(missing)
        self.spec = None
        return combine(reports)

    def stop(self, agents: Sequence[subprocess.Popen[bytes]] | None = None) -> None:
        """End the window early: what is under way counts as unfinished; `finish` still has to be called."""
        for agent in self.asked if agents is None else agents:
            self._send(agent, b"stop")

    def close(self) -> None:
        for agent in self.agents:
            if agent.stdin:
                with contextlib.suppress(BrokenPipeError):  # an order that a dead process never read
                    agent.stdin.close()  # its end of input is its order to end
            try:
                agent.wait(timeout=1)
            except subprocess.TimeoutExpired:
                agent.kill()
                agent.wait()
            if agent.stdout:
                agent.stdout.close()
        self.agents.clear()
        self.spec = None

    def _send(self, agent: subprocess.Popen[bytes], line: bytes) -> None:
        assert agent.stdin is not None
        try:
            agent.stdin.write(line + b"\n")
            agent.stdin.flush()
        except OSError as error:
            raise GeneratorFailure(f"load process {agent.pid} is gone ({error})") from error

    def _line(self, agent: subprocess.Popen[bytes], deadline: float) -> bytes:
        first_heard([agent], deadline)
        assert agent.stdout is not None
        line = agent.stdout.readline()
        if not line.endswith(b"\n"):
            status = agent.wait()
            raise GeneratorFailure(f"load process {agent.pid} ended with status {status}")
        return line


def start_agent(cpu: int | None) -> subprocess.Popen[bytes]:
    agent = subprocess.Popen(
        # Not the folder it is run in, whose modules may have the names of Python's.
        [sys.executable, "-P", "-m", "betterworker.bench.load.agent"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the program, which then ends its load processes
    )
    if cpu is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(agent.pid, {cpu})
    return agent


def heard(agents: Sequence[subprocess.Popen[bytes]], timeout_s: float) -> list[subprocess.Popen[bytes]]:
    """Those that have said something, or have ended."""
    outputs = {agent.stdout: agent for agent in agents if agent.stdout is not None}
    return [outputs[ready] for ready in select.select(list(outputs), [], [], timeout_s)[0]]


def first_heard(agents: Sequence[subprocess.Popen[bytes]], deadline: float) -> subprocess.Popen[bytes]:
    """Raises GeneratorFailure when none says anything until the moment ``deadline`` of the clock."""
    while not (ready := heard(agents, 0.5)):
        if time.monotonic() > deadline:
            raise GeneratorFailure(f"load process {agents[0].pid} did not answer")
    return ready[0]


def share(most: int | None, count: int) -> int | None:
    """A process's part of a limit over ``count`` of them."""
    return None if most is None else -(-most // count)

"""One process of each server on one CPU, side by side; a window of one of them, and what it weighs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from _common import Bench

from betterworker.bench.errors import ServerFailure
from betterworker.bench.load.generator import Drive
from betterworker.bench.load.spec import LoadReport
from betterworker.bench.model import Scenario
from betterworker.bench.scenarios import UPSTREAM_S, scenarios
from betterworker.bench.server import Server
from betterworker.bench.target import SITE
from betterworker.bench.workbench import Terms, Workbench, workbench
from betterworker.bench.workers import WORKERS

SCENARIOS = scenarios()
TIMEOUT_S = 10.0
WARMUP_S = 0.3
#: As in a study: the connections of a crowd do not come in one moment.
RAMP_PER_CONNECTION_S = 0.0005


@contextmanager
def site(bench: Bench, concurrency: int) -> Iterator[Workbench]:
    """The built-in site, for servers of one process with room for so many connections."""
    terms = Terms(processes=1, concurrency=concurrency, cpus=bench.server_cpus)
    with workbench(
        SITE, terms, folder=bench.folder, load_cpus=bench.load_cpus, latency_s=UPSTREAM_S
    ) as ready:
        yield ready


@contextmanager
def running(place: Workbench, names: Sequence[str]) -> Iterator[dict[str, Server]]:
    """By worker; all are ready."""
    with ExitStack() as stack:
        servers: dict[str, Server] = {}
        for name in names:
            servers[name] = place.launch(WORKERS[name], name, 1)
            stack.callback(servers[name].stop)
        for server in servers.values():
            server.wait_ready()
        yield servers


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A view of a server that answers it rightly; ``length`` of its body."""

    server: Server
    scenario: Scenario
    length: int

    def window(
        self, bench: Bench, connections: int, window_s: float, rate: float | None = None
    ) -> LoadReport:
        """A closed loop, or an open one at ``rate``, which ends when a second's arrivals wait."""
        return bench.window(self.drive(connections, window_s, rate))

    def drive(self, connections: int, window_s: float, rate: float | None = None) -> Drive:
        ramp_s = max(self.scenario.delay_s, connections * RAMP_PER_CONNECTION_S)
        return Drive(
            host=self.server.host,
            port=self.server.port,
            path=self.scenario.path,
            connections=connections,
            # A crowd is answered once before it counts, and a slow view twice: two requests side by side lose
            # more at the end of a window than two in turn, unless as much is brought along.
            warmup_s=max(WARMUP_S + 2 * self.scenario.delay_s, window_s / 8),
            window_s=window_s,
            timeout_s=TIMEOUT_S,
            ramp_s=ramp_s if rate is None else 0.0,
            length=self.length,
            request=self.scenario.request,
            rate=rate,
            max_backlog=None if rate is None else round(rate),
            streams=self.scenario.streams,
        )


def verified(server: Server, key: str) -> Cell:
    """Raises ServerFailure for a wrong answer."""
    scenario = SCENARIOS[key]
    reply = server.get(scenario.path, TIMEOUT_S, scenario.request)
    if wrong := scenario.check(reply):
        raise ServerFailure(f"{key}: {wrong}", server.log_tail())
    return Cell(server=server, scenario=scenario, length=len(reply.body))

"""Where the benchmark scripts measure: a CPU for the server, another for the load engine."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from betterworker.bench import machine
from betterworker.bench.commands.run import pinned
from betterworker.bench.helper import helper_server
from betterworker.bench.load.generator import Drive, Generator
from betterworker.bench.load.spec import LoadReport
from betterworker.bench.sampling import share_of_steal

NOTABLE_STEAL = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A live generator on one CPU, a CPU for the server (empty where not pinned), a folder for logs.

    ``steal`` is the reading of ``machine.steal_and_total`` from when it began.
    """

    generator: Generator
    server_cpus: tuple[int, ...]
    load_cpus: tuple[int, ...]
    folder: Path
    placing: tuple[str, ...]
    steal: tuple[float, float] | None

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader has to know of the machine; to be read at the end."""
        stolen = share_of_steal(self.steal, machine.steal_and_total())
        if stolen is None or stolen < NOTABLE_STEAL:
            return self.placing
        return (*self.placing, f"the hypervisor gave {stolen:.1%} of the CPU time to others: measure again")

    def serve(
        self, module: str, *options: str, cpus: tuple[int, ...] | None = None
    ) -> AbstractContextManager[tuple[str, int]]:
        """One of the bench's own servers, on the server's CPU unless said otherwise; gives host and port."""
        log = self.folder / f"{module}.log"
        return helper_server(module, *options, cpus=self.server_cpus if cpus is None else cpus, log=log)

    def window(self, drive: Drive) -> LoadReport:
        self.generator.begin(drive)
        return self.generator.finish()


@contextmanager
def bench() -> Iterator[Bench]:
    """One CPU for the server, another for the load (this script and what it starts among it)."""
    server, load, notes = split()
    with tempfile.TemporaryDirectory() as folder, pinned(load), Generator(load) as generator:
        yield Bench(
            generator=generator,
            server_cpus=server,
            load_cpus=load,
            folder=Path(folder),
            placing=notes,
            steal=machine.steal_and_total(),
        )


def split() -> tuple[tuple[int, ...], tuple[int, ...], tuple[str, ...]]:
    """The server's CPU, the load's, and what is to be said of them."""
    if not hasattr(os, "sched_setaffinity"):
        return (), (), ("this system has no CPU affinity: nothing is pinned, figures wander more",)
    server, load = machine.cpu_split(machine.available_cpus(), None, None)
    if set(server) & set(load):
        return server[:1], load[-1:], ("one CPU only: server and load share it, figures are of both",)
    return server[:1], load[-1:], ()


def rate(report: LoadReport) -> float:
    """Right answers per second."""
    return report.completed * 1e9 / report.window_ns

"""Two servers on one CPU under load at the same time, each from a load process of its own.

What the machine does to one of them in a window it does to the other. The kernel gives each half of the CPU
for as long as both have something to do, whatever the number of their threads: each is a session of its own,
by which it shares (where /proc/sys/kernel/sched_autogroup_enabled is 1; elsewhere by threads, of which
servers of one kind have as many). So their right answers are as one over what an answer costs.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from _common import Bench, rate
from _handler_servers import Cell

from betterworker.bench import meter
from betterworker.bench.clock import MonotonicClock
from betterworker.bench.errors import ServerFailure
from betterworker.bench.load.generator import Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Of one of the two: right answers per second, CPU seconds that it used, requests that failed."""

    rps: float
    answers: int
    cpu_s: float
    failed: int

    @property
    def answers_per_cpu_s(self) -> float:
        return self.answers / self.cpu_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """One window of two servers."""

    first: Side
    second: Side

    @property
    def ratio(self) -> float:
        """Right answers of the second to the first's."""
        return self.second.rps / self.first.rps

    @property
    def by_cpu(self) -> float:
        """The same for each second of CPU time: what the ratio is where the CPU was shared equally."""
        return self.second.answers_per_cpu_s / self.first.answers_per_cpu_s

    @property
    def share(self) -> float:
        """The second's part (0 to 1) of the CPU time of both."""
        return self.second.cpu_s / (self.first.cpu_s + self.second.cpu_s)

    @property
    def failed(self) -> int:
        return self.first.failed + self.second.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Loads:
    """A load process for each of the two, both on the load's CPU."""

    generators: tuple[Generator, Generator]

    def window(self, cells: tuple[Cell, Cell], connections: int, window_s: float, rng: random.Random) -> Both:
        """So many connections to each. Which one begins first, by a fraction of a millisecond, is drawn."""
        drives = [cell.drive(connections, window_s) for cell in cells]
        specs = [self.generators[which].begin(drives[which]) for which in rng.sample((0, 1), 2)]
        clock = MonotonicClock()
        clock.sleep_until(specs[0].window_start_ns / 1e9)
        before = [_usage(cell) for cell in cells]
        clock.sleep_until(specs[0].window_end_ns / 1e9)
        spent = [sum(_usage(cell).spent_since(was).values()) for cell, was in zip(cells, before, strict=True)]
        first, second = (
            Side(rps=rate(seen), answers=seen.completed, cpu_s=cpu_s, failed=seen.outcomes.errors)
            for seen, cpu_s in zip((each.finish() for each in self.generators), spent, strict=True)
        )
        for side, cell in zip((first, second), cells, strict=True):
            if not side.answers or not side.cpu_s:
                raise ServerFailure(f"{cell.server.port} answered nothing rightly", cell.server.log_tail())
        return Both(first=first, second=second)


@contextmanager
def loads(bench: Bench) -> Iterator[Loads]:
    with Generator(bench.load_cpus) as another:
        yield Loads(generators=(bench.generator, another))


def _usage(cell: Cell) -> meter.Usage:
    return cell.server.usage(memory=False)

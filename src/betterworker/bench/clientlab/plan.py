"""What is asked of the clients, and the order in which they are asked. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_STEPS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Where a client fetches from (one host, or ``hosts``), and how many answers it waits for at once."""

    name: str
    title: str
    hosts: int
    concurrency: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """``clients`` are keys (``httpx-pooled:async``). Each sends ``requests`` in each situation, in ``blocks``
    equal parts; fewer where that would take all of them longer than ``time_s`` together."""

    clients: tuple[str, ...]
    requests: int = 1000
    hosts: int = 20
    concurrency: int = 20
    blocks: int = 10
    seed: int = 1
    latency_s: float = 0.0
    time_s: float = 180.0

    def situations(self) -> tuple[Situation, ...]:
        many, at_once = f"{self.hosts} hosts", f"{self.concurrency} at once"
        return (
            Situation(name="one-sequential", title="one host, in turn", hosts=1, concurrency=1),
            Situation(
                name="one-concurrent", title=f"one host, {at_once}", hosts=1, concurrency=self.concurrency
            ),
            Situation(name="many-sequential", title=f"{many}, in turn", hosts=self.hosts, concurrency=1),
            Situation(
                name="many-concurrent",
                title=f"{many}, {at_once}",
                hosts=self.hosts,
                concurrency=self.concurrency,
            ),
        )

    def least(self, situation: Situation) -> int:
        """The fewest requests in a block that are still the situation: all hosts, so many at once."""
        return min(max(situation.hosts, situation.concurrency, 5), self.whole)

    @property
    def whole(self) -> int:
        """Requests in a block of a client that has the time."""
        return max(self.requests // self.blocks, 1)


Cell = tuple[str, str]
"""A client's key and a situation's name."""


def fitted(asked: Asked, seconds: Mapping[Cell, float]) -> dict[Cell, int]:
    """Requests in each block, from the ``seconds`` that one request of each takes.

    As many as asked for, but no cell gets more time than a limit at which all of them fit into ``time_s``:
    what the fast ones leave is for the slow ones.
    """
    least = {each.name: asked.least(each) for each in asked.situations()}

    def within(limit_s: float) -> dict[Cell, int]:
        return {
            cell: max(min(asked.whole, int(limit_s / asked.blocks / each)), least[cell[1]])
            for cell, each in seconds.items()
        }

    low, high = 0.0, asked.time_s
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if spent(asked, seconds, within(middle)) > asked.time_s:
            high = middle
        else:
            low = middle
    return within(low)


def spent(asked: Asked, seconds: Mapping[Cell, float], counts: Mapping[Cell, int]) -> float:
    """Seconds that all blocks take."""
    return asked.blocks * sum(counts[cell] * each for cell, each in seconds.items())


def order(asked: Asked, cells: Sequence[Cell]) -> Iterator[tuple[int, Cell]]:
    """Block by block; within one the situations in random order, and in each of them the clients."""
    rng = random.Random(asked.seed)
    names = [each.name for each in asked.situations()]
    for block in range(asked.blocks):
        for name in rng.sample(names, len(names)):
            those = [cell for cell in cells if cell[1] == name]
            for cell in rng.sample(those, len(those)):
                yield block, cell

"""The blocks of all clients, one after the other: warmed up, fitted into the time, interleaved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from betterworker.bench.clientlab.plan import Asked, Cell, Situation, fitted, order, spent
from betterworker.bench.clientlab.spec import Done, Order
from betterworker.bench.errors import GeneratorFailure


class Client(Protocol):
    """A client's process."""

    def run(self, order: Order) -> Done:
        """Raises GeneratorFailure when it has died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    client: str
    situation: str
    number: int
    done: Done


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """``failed`` says why a client was given up; it has no figure then. ``skipped`` why it was never begun.

    ``versions`` are of the clients' packages; ``carriers`` what carries the requests of those that leave it
    to another package.
    """

    asked: Asked
    blocks: tuple[Block, ...]
    failed: Mapping[str, str]
    skipped: Mapping[str, str]
    versions: Mapping[str, str]
    carriers: Mapping[str, str]


Told = Callable[[str, float], None]
"""Is told what is being measured, and the seconds that are left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """``one`` is the URL of the one host, ``many`` those of the many."""

    asked: Asked
    clients: Mapping[str, Client]
    one: str
    many: Sequence[str]
    length: int
    tell: Told

    def measure(self, failed: dict[str, str]) -> Iterator[Block]:
        """Yields every block when it is done. A client that dies goes into ``failed``, and is left out."""
        seconds = dict(self._warm_up(failed))
        counts = fitted(self.asked, seconds)
        left_s = spent(self.asked, seconds, counts)
        for number, cell in order(self.asked, list(counts)):
            client, situation = cell
            if client not in failed:
                self.tell(self._title(cell), left_s)
                done = self._run(client, self._situation(situation), counts[cell], failed)
                if done is not None:
                    yield Block(client=client, situation=situation, number=number, done=done)
            left_s -= counts[cell] * seconds[cell]

    def _warm_up(self, failed: dict[str, str]) -> Iterator[tuple[Cell, float]]:
        """Cells with the seconds that a request takes; a client that lasts opens its connections here."""
        for client in self.clients:
            for situation in self.asked.situations():
                cell = client, situation.name
                self.tell(f"{self._title(cell)} (warm-up)", self.asked.time_s)
                count = self.asked.least(situation)
                if client not in failed:
                    done = self._run(client, situation, count, failed)
                    if done is not None:
                        yield cell, done.seconds / count

    def _run(self, client: str, situation: Situation, count: int, failed: dict[str, str]) -> Done | None:
        urls = (self.one,) if situation.hosts == 1 else tuple(self.many)
        concurrency = min(situation.concurrency, count)
        asked = Order(urls=urls, requests=count, concurrency=concurrency, length=self.length)
        try:
            return self.clients[client].run(asked)
        except GeneratorFailure as error:
            failed[client] = str(error)
            return None

    def _situation(self, name: str) -> Situation:
        return next(each for each in self.asked.situations() if each.name == name)

    def _title(self, cell: Cell) -> str:
        return f"{cell[0]}, {self._situation(cell[1]).title}"

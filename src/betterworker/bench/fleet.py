"""The live servers of a session: started when a block asks for them, stopped with their round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from betterworker.bench.errors import ServerFailure
from betterworker.bench.model import Worker
from betterworker.bench.ports import LiveServer


class StoppableServer(LiveServer, Protocol):
    """What the fleet needs on top."""

    def wait_ready(self) -> None: ...
    def stop(self) -> None: ...


Launcher = Callable[[Worker, str, int], StoppableServer]
"""From a worker, a slot and a round to a server that is starting."""

Wanted = Sequence[tuple[str, Worker]]
"""Slots with their workers."""


class Fleet:
    """Live servers by slot, all of one round, side by side as far as ``memory_mb`` allows (None: no limit).

    A server that failed to start in a round is not tried again in it.
    """

    def __init__(self, launch: Launcher, memory_mb: float | None = None) -> None:
        self._launch = launch
        self._memory_mb = memory_mb
        self._round = 0
        self._live: dict[str, StoppableServer] = {}
        self._broken: dict[str, ServerFailure] = {}

    def prepare(self, wanted: Wanted, round_: int) -> None:
        """Have all of these live before a block begins: a start between its windows would part them.

        They start side by side. What fails to start is told by `get`.
        """
        if round_ != self._round:
            self.stop_all()
            self._round = round_
        missing = [(slot, worker) for slot, worker in wanted if slot not in self._live | self._broken]
        if missing:
            self._make_room({slot for slot, _ in wanted}, len(missing))
            self._start(missing)

    def get(self, slot: str, worker: Worker, round_: int) -> StoppableServer:
        """The slot's live server of this round, started and ready. Raises ServerFailure."""
        self.prepare([(slot, worker)], round_)
        if slot in self._broken:
            raise self._broken[slot]
        return self._live[slot]

    def discard(self, slot: str) -> None:
        """Stop it; the next `get` starts it anew."""
        server = self._live.pop(slot, None)
        if server:
            server.stop()

    def stop_all(self) -> None:
        """Side by side: each may take a while to go."""
        self._broken.clear()
        servers = tuple(self._live.values())
        self._live.clear()
        if servers:
            with ThreadPoolExecutor(len(servers)) as pool:
                list(pool.map(lambda server: server.stop(), servers))

    def _start(self, missing: Wanted) -> None:
        starting: dict[str, StoppableServer] = {}
        try:
            for slot, worker in missing:
                try:
                    starting[slot] = self._launch(worker, slot, self._round)
                except ServerFailure as error:
                    self._broken[slot] = error
            for slot in tuple(starting):
                self._await(slot, starting[slot])
                del starting[slot]
        finally:
            for server in starting.values():  # interrupted while they start
                server.stop()

    def _await(self, slot: str, server: StoppableServer) -> None:
        try:
            server.wait_ready()
        except ServerFailure as error:
            server.stop()
            self._broken[slot] = error
        else:
            self._live[slot] = server

    def _make_room(self, wanted: set[str], new: int) -> None:
        """Stop the longest unused servers until as many new ones as large as the largest would fit."""
        if self._memory_mb is None or not self._live:
            return
        sizes = {slot: server.usage().pss_mb or 0.0 for slot, server in self._live.items()}
        for slot in [slot for slot in self._live if slot not in wanted]:
            if sum(sizes[s] for s in self._live) + new * max(sizes.values()) <= self._memory_mb:
                return
            self.discard(slot)

"""The live servers of a session: started when a block asks for them, stopped with their round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from betterworker.bench.errors import ServerFailure
from betterworker.bench.model import BackendName, Worker, worker_name
from betterworker.bench.ports import LiveServer
from betterworker.bench.room import Room


class StoppableServer(LiveServer, Protocol):
    """What the fleet needs on top."""

    def connected_to(self, port: int) -> int | None: ...
    def wait_ready(self) -> None: ...
    def stop(self) -> None: ...


Launcher = Callable[[Worker, str, int], StoppableServer]
"""From a worker, a slot and a round to a server that is starting."""

Wanted = Sequence[tuple[str, Worker]]
"""Slots with their workers."""


class Fleet:
    """Live servers by slot, all of one round, side by side as far as ``memory_mb`` allows (None: no limit),
    and the ``rooms`` at their databases.

    A server that failed to start in a round is not tried again in it. ``made_room`` are the slots whose
    servers were stopped for the connections that they kept, and that nobody has asked for since.
    """

    def __init__(self, launch: Launcher, memory_mb: float | None = None, rooms: Sequence[Room] = ()) -> None:
        self._launch = launch
        self._memory_mb = memory_mb
        self._rooms = rooms
        self._round = 0
        self._loads: dict[str, int] = {}  # by slot, the last one last
        self._seen: dict[tuple[Room, str], int] = {}
        self.made_room: set[str] = set()
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

    def get(
        self,
        slot: str,
        worker: Worker,
        round_: int,
        connections: int = 0,
        needs: BackendName | None = None,
    ) -> StoppableServer:
        """The slot's live server of this round, started and ready, for a load of so many connections on a row
        that ``needs`` that backend. Raises ServerFailure."""
        self.prepare([(slot, worker)], round_)
        self.made_room.discard(slot)
        if slot in self._broken:
            raise self._broken[slot]
        for room in (each for each in self._rooms if each.needs == needs):
            self._leave(room, slot, connections)
        self._loads.pop(slot, None)
        self._loads[slot] = connections
        return self._live[slot]

    def discard(self, *slots: str) -> None:
        """Stop them, side by side: each may take a while to go. The next `get` starts them anew."""
        servers = [self._live.pop(slot) for slot in slots if slot in self._live]
        for slot in slots:
            self._loads.pop(slot, None)
        if servers:
            with ThreadPoolExecutor(len(servers)) as pool:
                list(pool.map(lambda server: server.stop(), servers))

    def stop_all(self) -> None:
        self._broken.clear()
        self.made_room.clear()
        self.discard(*self._live)

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

    def _leave(self, room: Room, slot: str, connections: int) -> None:
        """Stop others until what they keep leaves this one as many connections as it may want: the last used
        first, since in a block its turn is over."""
        unused = [other for other in self._live if other not in self._loads]
        held = {each: self._held(room, each) for each in (*reversed(self._loads), *unused)}
        wanted = room.wants(self._live[slot].asked, connections, held.pop(slot))
        going = room.too_many(held, max(wanted, self._seen.get((room, worker_name(slot)), 0)))
        self.made_room.update(going)
        self.discard(*going)

    def _held(self, room: Room, slot: str) -> int:
        """What an idle server keeps; where that cannot be counted, all that its load may have opened."""
        server = self._live[slot]
        count = None if room.port is None else server.connected_to(room.port)
        if count is None:
            return room.wants(server.asked, self._loads[slot]) if slot in self._loads else 0
        seen = room, worker_name(slot)
        self._seen[seen] = max(count, self._seen.get(seen, 0))
        return count

"""The live servers of a session: started when first asked for, stopped when others need the room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from betterworker.bench.errors import ServerFailure
from betterworker.bench.model import Worker
from betterworker.bench.ports import LiveServer


class StoppableServer(LiveServer, Protocol):
    """What the fleet needs on top."""

    def wait_ready(self) -> None: ...
    def stop(self) -> None: ...


Launcher = Callable[[Worker, int], StoppableServer]


class Fleet:
    """Up to ``room`` live servers. A server that failed to start in a block is not tried again in it."""

    def __init__(self, launch: Launcher, room: int = 1) -> None:
        self._launch = launch
        self._room = room
        self._live: dict[tuple[str, int], StoppableServer] = {}
        self._broken: dict[tuple[str, int], ServerFailure] = {}

    def get(self, worker: Worker, block: int) -> StoppableServer:
        """The worker's live server of this block, started and ready. Raises ServerFailure."""
        key = (worker.name, block)
        if key in self._broken:
            raise self._broken[key]
        if key not in self._live:
            self._make_room()
            self._live[key] = self._start(worker, key)
        return self._live[key]

    def is_live(self, worker: Worker, block: int) -> bool:
        return (worker.name, block) in self._live

    def discard(self, worker: Worker, block: int) -> None:
        """Stop it; the next `get` starts it anew."""
        server = self._live.pop((worker.name, block), None)
        if server:
            server.stop()

    def stop_all(self) -> None:
        while self._live:
            _, server = self._live.popitem()
            server.stop()

    def _start(self, worker: Worker, key: tuple[str, int]) -> StoppableServer:
        server: StoppableServer | None = None
        try:
            server = self._launch(worker, key[1])
            server.wait_ready()
        except BaseException as error:
            if server:
                server.stop()
            if isinstance(error, ServerFailure):
                self._broken[key] = error
            raise
        return server

    def _make_room(self) -> None:
        while len(self._live) >= self._room:
            oldest = next(iter(self._live))
            self._live.pop(oldest).stop()

"""From threads back to the event loop: many answers with one wake-up."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from betterworker.handler.turns import Turns
from betterworker.handler.watch import Ears


class Errand:
    """Something a thread does for a coroutine. What it came to is kept even when nobody waits any more."""

    __slots__ = ("_future", "_loop", "done", "error", "value")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._future: asyncio.Future[None] = loop.create_future()
        self.done = False
        self.value: Any = None
        self.error: BaseException | None = None

    def finish(self) -> None:
        """On the loop."""
        self.done = True
        if not self._future.done():
            self._future.set_result(None)

    async def result(self, stop: Callable[[], bool] | None = None) -> Any:
        """Sync code cannot be cancelled: a cancellation is raised when the errand is over.

        Or sooner, where ``stop()`` says that the errand was not begun, and never will be.
        """
        cancelled: asyncio.CancelledError | None = None
        while not self.done:
            try:
                await self._future
            except asyncio.CancelledError as error:
                cancelled = error
                self._future = self._loop.create_future()
                if stop is not None and stop():
                    break
        if cancelled is not None:
            raise cancelled
        if self.error is not None:
            raise self.error
        return self.value


class Mailbox:
    """One for each event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.ears = Ears(loop)
        self.turns = Turns(loop)
        self._post: deque[Errand] = deque()
        self._woken = False

    def errand(self) -> Errand:
        return Errand(self.loop)

    def do(self, errand: Errand, work: Callable[[], Any]) -> bool:
        """In a thread: do the work, and send what it came to. False: the loop is closed, nobody waits."""
        try:
            errand.value = work()
        except (SystemExit, KeyboardInterrupt) as error:
            # On the loop it would end the server.
            errand.error = RuntimeError(f"{type(error).__name__} in sync code")
            errand.error.__cause__ = error
        except BaseException as error:  # noqa: BLE001 - it belongs to who waits for it
            errand.error = error
        self._post.append(errand)
        # The flag is read after this, and lowered before the box is emptied: no errand is overlooked.
        if not self._woken:
            self._woken = True
            try:
                self.loop.call_soon_threadsafe(self._deliver)
            except RuntimeError:
                self._woken = False
        # Also for one whose errand another was to deliver.
        return not self.loop.is_closed()

    def _deliver(self) -> None:
        self._woken = False
        while self._post:
            self._post.popleft().finish()

"""Where there is no asyncio (hypercorn on trio): an asyncio loop in a thread of its own serves the requests.

trio keeps the connection. What the application receives and sends goes over to it and back; the answer's head
goes with its first part, so that an ordinary request crosses twice.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

Application = Callable[[Any, Any, Any], Awaitable[None]]


class Companion:
    """One loop for each process, begun with the first request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    async def serve(self, application: Application, scope: Any, receive: Any, send: Any) -> None:
        """In a trio task: one request, cancelled there when it is cancelled here."""
        import trio

        first = await receive()
        async with trio.open_nursery() as nursery:
            crossing = _Crossing(nursery, self._running(), first, receive, send)
            crossing.begin(application, scope)
            try:
                await crossing.over.wait()
            except trio.Cancelled:
                crossing.cancel()
                with trio.CancelScope(shield=True):
                    await crossing.over.wait()
                raise
            finally:
                crossing.closed = True
                nursery.cancel_scope.cancel()
        if crossing.error is not None:
            raise crossing.error

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            # A forked child has the loop, and not its thread.
            if self._loop is None or self._thread is None or not self._thread.is_alive():
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="betterworker-asyncio", daemon=True
                )
                self._thread.start()
            return self._loop


class _Crossing:
    """``receive`` and ``send`` as the asyncio side has them; ``over`` and ``error`` are trio's."""

    def __init__(
        self, nursery: Any, loop: asyncio.AbstractEventLoop, first: Any, receive: Any, send: Any
    ) -> None:
        import trio

        self._token = trio.lowlevel.current_trio_token()
        self._finished = trio.RunFinishedError
        self._nursery = nursery
        self._loop = loop
        self._first = first
        self._receive = receive
        self._send = send
        self._head: Any = None
        self._task: asyncio.Task[None] | None = None
        self.over = trio.Event()
        self.closed = False
        self.error: BaseException | None = None

    def begin(self, application: Application, scope: Any) -> None:
        self._loop.call_soon_threadsafe(self._start, application, scope)

    def cancel(self) -> None:
        # After the start, whose task there is then.
        self._loop.call_soon_threadsafe(lambda: self._task is not None and self._task.cancel())

    def _start(self, application: Application, scope: Any) -> None:
        self._task = self._loop.create_task(self._run(application, scope))

    async def _run(self, application: Application, scope: Any) -> None:
        try:
            await application(scope, self.receive, self.send)
        except asyncio.CancelledError:
            return
        except (SystemExit, KeyboardInterrupt) as error:
            # It would end the loop, and with it all other requests.
            self.error = RuntimeError(f"{type(error).__name__} in async code")
            self.error.__cause__ = error
        except Exception as error:  # noqa: BLE001 - the server's to tell
            self.error = error
        finally:
            self._in_trio(self.over.set)

    async def receive(self) -> Any:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return await self._there(self._receive)

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self._head = message
            return
        messages = [message] if self._head is None else [self._head, message]
        self._head = None
        await self._there(partial(self._send_all, messages))

    async def _send_all(self, messages: list[Any]) -> None:
        for message in messages:
            await self._send(message)

    async def _there(self, work: Callable[[], Awaitable[Any]]) -> Any:
        answer: asyncio.Future[Any] = self._loop.create_future()

        async def there() -> None:
            try:
                value = await work()
            except Exception as error:  # noqa: BLE001 - it belongs to who waits for it
                self._loop.call_soon_threadsafe(_settle, answer, None, error)
            except BaseException:
                # trio's cancellation, which goes on there.
                self._loop.call_soon_threadsafe(_settle, answer, None, _over())
                raise
            else:
                self._loop.call_soon_threadsafe(_settle, answer, value, None)

        def begin() -> None:
            if self.closed:
                self._loop.call_soon_threadsafe(_settle, answer, None, _over())
            else:
                self._nursery.start_soon(there)

        if not self._in_trio(begin):
            _settle(answer, None, _over())
        return await answer

    def _in_trio(self, work: Callable[[], None]) -> bool:
        """False where trio has ended meanwhile."""
        try:
            self._token.run_sync_soon(work)
        except self._finished:
            return False
        return True


def _settle(answer: asyncio.Future[Any], value: Any, error: Exception | None) -> None:
    if answer.done():
        return
    if error is not None:
        answer.set_exception(error)
    else:
        answer.set_result(value)


def _over() -> Exception:
    """As a server raises it where the client has gone."""
    return ConnectionError("The request is over.")

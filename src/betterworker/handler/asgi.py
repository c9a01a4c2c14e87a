"""The handler: a sync request in one hop to a thread, an async one without any where none is needed."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import IO, Any

from asgiref.sync import SyncToAsync, ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.db import connections
from django.http import FileResponse, HttpResponseBase
from django.urls import set_script_prefix

from betterworker.handler.bodies import read_body
from betterworker.handler.chain import is_another_when_async, load
from betterworker.handler.closing import Closing, to_the_end
from betterworker.handler.companion import Companion
from betterworker.handler.conf import options
from betterworker.handler.exchange import Exchange, OnLane, Parent, Scope, parent
from betterworker.handler.hints import Hints
from betterworker.handler.loops import Mailbox
from betterworker.handler.pool import Pool
from betterworker.handler.receivers import AT_START, Known, tidy
from betterworker.handler.slot import Slot
from betterworker.handler.stack import SyncStack
from betterworker.handler.streams import chunks, close_iterator, in_request_thread
from betterworker.handler.watch import Ear, Watched, Within

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class Handler(ASGIHandler):
    """An ASGI application. ``pool`` shows its threads, and how many requests wait for one."""

    def __init__(self) -> None:
        self.options = options()
        super().__init__()
        self._sync = SyncStack()
        self.pool = Pool(self.options.max_threads, self.options.idle_seconds, leave=connections.close_all)
        self.hints = Hints(always=any(map(is_another_when_async, settings.MIDDLEWARE)))
        self._mail: Mailbox | None = None
        self._companion = Companion()
        self.started = Known(signals.request_started, type(self), AT_START)
        self.closing = Closing(type(self))

    def load_middleware(self, is_async: bool = False) -> None:
        del is_async
        load(self, self.options.free_of_io)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"Django can only handle ASGI/HTTP connections, not {scope['type']}.")
        if not _on_asyncio():
            await self._companion.serve(self, scope, receive, send)
            return
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        ear = Ear(partial(self.listen_for_disconnect, receive))
        serve = self._serve_async if self.hints.is_async(scope) else self._serve_sync
        try:
            # In a context of its own: the server's task may serve another request, or belong to a test.
            await Within(contextvars.copy_context(), serve(scope, body, ear, send))
        finally:
            # It is closed already, unless no thread has ever had it.
            body.close()

    async def read_body(self, receive: Receive) -> IO[bytes]:
        return await read_body(receive)

    async def _serve_sync(self, scope: Scope, body: IO[bytes], ear: Ear, send: Send) -> None:
        conversation = _Conversation(self, scope, body)
        above = parent()
        threads = self.pool if above is None else Parent(above)
        mail = self._mailbox()
        exchange = Exchange(threads, mail, conversation.answer, conversation.close)
        mail.ears.add(ear, exchange.stop)
        try:
            response = await exchange.begin()
            ear.check()
            mail.ears.remove(ear)
            if response.streaming:
                await self._stream(response, exchange, ear, send)
            else:
                # To most servers a whole answer is sent at once: their clients need not be listened to.
                await Watched(exchange.within(self._send_whole(response, send)), mail.ears.patient(ear))
        except RequestAborted:
            return
        except asyncio.CancelledError:
            # Not by the server: async code that the view waited for was cancelled, as the client has gone.
            if not ear.gone or _is_cancelled():
                raise
        finally:
            mail.ears.remove(ear)
            ear.stop()
            await exchange.end()

    async def _stream(self, response: Any, exchange: Exchange, ear: Ear, send: Send) -> None:
        """A sync iterator goes on in its thread, chunk by chunk; the client's going ends it."""
        exchange.restore()
        context = ThreadSensitiveContext()
        # What an async one does in threads, it does in this request's.
        SyncToAsync.context_to_thread_executor[context] = OnLane(exchange.lane)
        token = SyncToAsync.thread_sensitive_context.set(context)
        if not response.is_async:
            response.streaming_content = chunks(response.streaming_content, exchange.run)
        try:
            await Watched(self._send_stream(response, send), ear)
        finally:
            SyncToAsync.context_to_thread_executor.pop(context, None)
            SyncToAsync.thread_sensitive_context.reset(token)

    async def _send_stream(self, response: HttpResponseBase, send: Send) -> None:
        try:
            await self.send_response(response, send)
        finally:
            await close_iterator(response)

    async def _send_whole(self, response: Any, send: Send) -> None:
        # What it raises itself is told apart from what follows.
        _ = response.content
        # By the specification of ASGI, servers raise OSError where the client has gone.
        with suppress(OSError):
            await self.send_response(response, send)

    async def _serve_async(self, scope: Scope, body: IO[bytes], ear: Ear, send: Send) -> None:
        turns = self._mailbox().turns
        if turns.full():
            await turns.wait()
        slot = Slot(self.pool, tidy)
        context = ThreadSensitiveContext()
        # Not entered: asgiref would make a thread to wait for the slot's end. A task that outlives the
        # request keeps the context, and with it the slot.
        SyncToAsync.context_to_thread_executor[context] = slot
        token = SyncToAsync.thread_sensitive_context.set(context)
        try:
            await self._converse(scope, body, slot, ear, send)
        finally:
            slot.close()
            SyncToAsync.thread_sensitive_context.reset(token)

    async def _converse(self, scope: Scope, body: IO[bytes], slot: Slot, ear: Ear, send: Send) -> None:
        set_script_prefix(get_script_prefix(scope))
        above = parent()
        quietly = above is None and self.started() is not None
        came = _Came(begun=quietly)
        try:
            await Watched(self._answer(scope, body, came, send), ear)
            ear.check()
        except RequestAborted:
            return
        finally:
            try:
                if slot.waits:
                    # A cancellation takes a turn of the loop to reach what waits for a thread.
                    await to_the_end(asyncio.sleep(0))
            finally:
                slot.withdraw()
                in_thread = slot.used or above is not None
                # Otherwise it has waited in vain for a thread to be started in.
                if came.begun or in_thread:
                    await self._finish(came.response, body, in_thread=in_thread)

    async def _answer(self, scope: Scope, body: IO[bytes], came: _Came, send: Send) -> None:
        if not came.begun:
            await signals.request_started.asend(sender=self.__class__, scope=scope)
            came.begun = True
        request, failed = self.create_request(scope, body)
        if request is None:
            came.response = failed
            await self._send_whole(came.response, send)
            return
        response: Any = await self.run_get_response(request)
        came.response = response
        self.hints.learn(request)
        if not response.streaming:
            await self._send_whole(response, send)
            return
        if not response.is_async:
            response.streaming_content = chunks(response.streaming_content, in_request_thread)
        await self._send_stream(response, send)

    async def _finish(self, response: Any, body: IO[bytes], *, in_thread: bool) -> None:
        """Close, in the request's thread if it has one: what is bound to it is closed there."""
        if not in_thread and self.closing.is_quiet(response, body):
            self.closing.on_loop(response)
        else:
            close = self.closing.without_response if response is None else response.close
            await to_the_end(sync_to_async(close)())

    def _mailbox(self) -> Mailbox:
        loop = asyncio.get_running_loop()
        mail = self._mail
        if mail is None or mail.loop is not loop:
            # The newest: other loops are rare, and each has its own as long as its requests last.
            mail = self._mail = Mailbox(loop)
        return mail

    def respond(self, scope: Scope, body: IO[bytes]) -> Any:
        """In a thread: the signal, the middleware and the view."""
        set_script_prefix(get_script_prefix(scope))
        self.started.send(scope=scope)
        request, failed = self.create_request(scope, body)
        if request is None:
            return failed
        response: Any = self._sync.get_response(request)
        response._handler_class = self.__class__
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        self.hints.learn(request)
        return response


class _Came:
    """How far an async request has come: whether it has begun, and its response if there is one."""

    __slots__ = ("begun", "response")

    def __init__(self, *, begun: bool) -> None:
        self.begun = begun
        self.response: Any = None


class _Conversation:
    """A sync request from its thread's side."""

    def __init__(self, handler: Handler, scope: Scope, body: IO[bytes]) -> None:
        self._handler = handler
        self._scope = scope
        self._body = body
        # Kept here: who waits for it may have been cancelled.
        self._response: Any = None

    def answer(self) -> Any:
        self._response = self._handler.respond(self._scope, self._body)
        return self._response

    def close(self) -> None:
        try:
            self._handler.closing.in_thread(self._response)
        finally:
            self._body.close()


def _on_asyncio() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0

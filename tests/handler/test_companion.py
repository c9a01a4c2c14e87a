from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from tests.handler.project.client import scope
from tests.handler.project.sites import STARTPROJECT
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from tests.handler.conftest import Serve
    from tests.handler.project.client import Site

trio = pytest.importorskip("trio")


def on_trio(test: Callable[..., Coroutine[Any, Any, None]], *args: Any) -> None:
    async def in_time() -> None:
        with trio.fail_after(20):
            await test(*args)

    trio.run(in_time)


class Connection:
    """What a server on trio gives an application."""

    def __init__(self, *said: dict[str, Any]) -> None:
        self.say, self._said = trio.open_memory_channel(10)
        self.sent: list[dict[str, Any]] = []
        for message in said:
            self.say.send_nowait(message)
        self.part_was_sent = trio.Event()

    async def receive(self) -> Any:
        return await self._said.receive()

    async def send(self, message: dict[str, Any]) -> None:
        await trio.lowlevel.checkpoint()
        self.sent.append(message)
        if message.get("body"):
            self.part_was_sent.set()

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


REQUEST = {"type": "http.request", "body": b"", "more_body": False}


def sync_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("sync")


async def async_view(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0)
    return HttpResponse("async")


@pytest.mark.parametrize(("view", "text"), [(sync_view, b"sync"), (async_view, b"async")])
def test_views_of_both_kinds_are_served(serve: Serve, view: Any, text: bytes) -> None:
    async def test(site: Site) -> None:
        for _ in range(2):
            connection = Connection(REQUEST)
            await site.application(scope("/"), connection.receive, connection.send)
            assert connection.body == text

    on_trio(test, serve(root=view, through=STARTPROJECT))


def test_a_stream_goes_over_part_by_part(serve: Serve) -> None:
    heard = threading.Event()

    def parts() -> Iterator[bytes]:
        yield b"first"
        assert heard.wait(PATIENCE_S)
        yield b"second"

    def view(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(parts())

    async def test(site: Site) -> None:
        connection = Connection(REQUEST)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(site.application, scope("/"), connection.receive, connection.send)
            await connection.part_was_sent.wait()
            heard.set()
        assert connection.body == b"firstsecond"

    on_trio(test, serve(root=view))


def test_an_async_view_is_cancelled_when_its_client_has_gone(serve: Serve, stages: list[str]) -> None:
    begun = threading.Event()

    async def view(request: HttpRequest) -> HttpResponse:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stages.append("cancelled")
            raise
        return HttpResponse()

    async def test(site: Site) -> None:
        connection = Connection(REQUEST)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(site.application, scope("/"), connection.receive, connection.send)
            await trio.to_thread.run_sync(begun.wait)
            await connection.say.send({"type": "http.disconnect"})
        assert connection.sent == []

    on_trio(test, serve(root=view))
    assert stages == ["started", "cancelled", "finished"]


def test_a_servers_cancellation_goes_over_and_waits(serve: Serve, stages: list[str]) -> None:
    begun = threading.Event()

    async def view(request: HttpRequest) -> HttpResponse:
        begun.set()
        await asyncio.Event().wait()
        return HttpResponse()

    async def test(site: Site) -> None:
        connection = Connection(REQUEST)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(site.application, scope("/"), connection.receive, connection.send)
            await trio.to_thread.run_sync(begun.wait)
            nursery.cancel_scope.cancel()
        assert stages == ["started", "finished"]

    on_trio(test, serve(root=view))


def test_what_the_application_raises_reaches_the_server(serve: Serve) -> None:
    def parts() -> Iterator[bytes]:
        yield b"part"
        raise LookupError("the iterator's")

    def view(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(parts())

    async def test(site: Site) -> None:
        connection = Connection(REQUEST)
        with pytest.raises(LookupError, match="the iterator's"):
            await site.application(scope("/"), connection.receive, connection.send)

    on_trio(test, serve(root=view))


def test_what_the_servers_send_raises_reaches_the_application(serve: Serve, stages: list[str]) -> None:
    async def send(message: object) -> None:
        raise BrokenPipeError

    async def test(site: Site) -> None:
        await site.application(scope("/"), Connection(REQUEST).receive, send)

    on_trio(test, serve(root=sync_view))
    assert stages == ["started", "finished"]


def test_a_view_that_exits_fails_alone(serve: Serve, silence: None) -> None:
    async def exits(request: HttpRequest) -> HttpResponse:
        raise SystemExit(3)

    async def test(site: Site) -> None:
        connection = Connection(REQUEST)
        with pytest.raises(RuntimeError, match="SystemExit"):
            await site.application(scope("/exits"), connection.receive, connection.send)
        connection = Connection(REQUEST)
        await site.application(scope("/"), connection.receive, connection.send)
        assert connection.body == b"async"

    on_trio(test, serve(root=async_view, exits=exits))

from __future__ import annotations

import asyncio
import contextvars
from typing import TYPE_CHECKING, Any

import pytest
from asgiref.local import Local
from asgiref.sync import async_to_sync, sync_to_async
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import get_urlconf
from django.utils import translation

from tests.handler.project.client import scope

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from django.http import HttpRequest

    from tests.handler.conftest import Serve

VAR: contextvars.ContextVar[str] = contextvars.ContextVar("VAR", default="nobody's")
LOCAL: Any = Local()


class SetsVar:
    """Sync-only, as an APM tool's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        VAR.set("the middleware's")
        LOCAL.value = "the middleware's"
        return self.get_response(request)


def sync_view(request: HttpRequest) -> HttpResponse:
    seen = f"{VAR.get()} {LOCAL.value}"
    VAR.set("the view's")
    LOCAL.value = "the view's"
    return HttpResponse(seen)


async def async_view(request: HttpRequest) -> HttpResponse:
    return sync_view(request)


both = pytest.mark.parametrize("view", [sync_view, async_view])


@both
async def test_what_the_server_has_set_reaches_the_view(serve: Serve, view: Any) -> None:
    VAR.set("the server's")
    LOCAL.value = "the server's"
    assert (await serve(root=view).get()).text == "the server's the server's"


@both
async def test_what_middleware_has_set_reaches_the_view(serve: Serve, view: Any) -> None:
    answer = await serve(root=view, through=[SetsVar]).get()
    assert answer.text == "the middleware's the middleware's"


async def test_what_the_view_has_set_is_there_where_its_answer_is_sent(serve: Serve) -> None:
    LOCAL.value = "the server's"
    site = serve(root=sync_view)
    seen: list[str] = []

    async def send(message: object) -> None:
        await asyncio.sleep(0)
        seen.append(VAR.get())

    said: asyncio.Queue[Any] = asyncio.Queue()
    said.put_nowait({"type": "http.request"})
    await site.application(scope("/"), said.get, send)
    assert seen == ["the view's"] * 2
    # The server's own task is as it was.
    assert VAR.get() == "nobody's"
    assert get_urlconf() is None


def stream_view(request: HttpRequest) -> StreamingHttpResponse:
    sync_view(request)
    translation.activate("de")
    return StreamingHttpResponse([b"part"])


@pytest.mark.parametrize("view", [sync_view, async_view, stream_view])
async def test_what_the_view_has_set_does_not_stay_with_who_asks(serve: Serve, view: Any) -> None:
    """The server's task, a test, or an application around this one."""
    LOCAL.value = "the server's"
    site, said, sent = serve(root=view), asyncio.Queue[Any](), list[Any]()
    said.put_nowait({"type": "http.request"})

    async def send(message: object) -> None:
        await asyncio.sleep(0)
        sent.append(message)

    await site.application(scope("/"), said.get, send)
    assert sent[0]["status"] == 200
    assert (VAR.get(), LOCAL.value, translation.get_language()) == ("nobody's", "the server's", "en-us")


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_what_the_view_has_set_is_there_where_its_stream_is_made_and_closed(
    serve: Serve, kind: str
) -> None:
    seen: list[str] = []

    def parts() -> Iterator[bytes]:
        seen.append(VAR.get())
        yield translation.get_language().encode()

    async def async_parts() -> AsyncIterator[bytes]:
        seen.append(VAR.get())
        yield translation.get_language().encode()

    def view(request: HttpRequest) -> StreamingHttpResponse:
        VAR.set("the view's")
        translation.activate("de")
        response = StreamingHttpResponse(parts() if kind == "sync" else async_parts())
        response._resource_closers.append(lambda: seen.append(VAR.get()))  # type: ignore[attr-defined]
        return response

    assert (await serve(root=view).get()).text == "de"
    assert seen == ["the view's"] * 2


async def test_async_code_in_a_sync_view_and_back_share_what_is_set(serve: Serve) -> None:
    async def inside() -> None:
        assert VAR.get() == "the view's"
        assert LOCAL.value == "the view's"
        VAR.set("the coroutine's")
        LOCAL.value = "the coroutine's"
        await sync_to_async(LOCAL.__setattr__)("deeper", "the thread's")

    def view(request: HttpRequest) -> HttpResponse:
        VAR.set("the view's")
        LOCAL.value = "the view's"
        async_to_sync(inside)()
        return HttpResponse(f"{VAR.get()} {LOCAL.value} {LOCAL.deeper}")

    assert (await serve(root=view).get()).text == "the coroutine's the coroutine's the thread's"


async def test_one_request_sees_nothing_of_another_on_the_same_thread(serve: Serve) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        seen = f"{VAR.get()} {getattr(LOCAL, 'value', None)}"
        VAR.set("the first's")
        LOCAL.value = "the first's"
        return HttpResponse(seen)

    site = serve(root=view, BETTERWORKER={"MAX_THREADS": 1})
    for _ in range(2):
        assert (await site.get()).text == "nobody's None"


@pytest.mark.parametrize("streams", [False, True])
@both
async def test_a_requests_urls_do_not_stay_with_the_servers_task(
    serve: Serve, stages: list[str], streams: bool, view: Any
) -> None:
    """Also where its end is told in a thread."""

    async def other(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(iter([b"part"]))

    def other_sync(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(iter([b"part"]))

    LOCAL.value = "the server's"
    streaming = other if view is async_view else other_sync
    site = serve(root=streaming if streams else view)
    said: asyncio.Queue[Any] = asyncio.Queue()
    said.put_nowait({"type": "http.request"})

    async def send(message: object) -> None:
        """Says nothing."""

    await site.application(scope("/"), said.get, send)
    assert get_urlconf() is None

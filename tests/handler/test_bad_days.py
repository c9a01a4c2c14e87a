from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING

import pytest
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.http import HttpResponse, StreamingHttpResponse

from tests.handler.project.client import Site, scope
from tests.handler.project.sites import STARTPROJECT
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from tests.handler.conftest import Serve


async def async_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("async")


async def test_views_that_block_for_ever_leave_async_views_alone_and_a_line_in_the_log(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    for_ever, told, lines = threading.Event(), threading.Event(), list[str]()

    def blocks(request: HttpRequest) -> HttpResponse:
        assert for_ever.wait(2 * PATIENCE_S)
        return HttpResponse("at last")

    def note(record: logging.LogRecord) -> bool:
        lines.append(record.getMessage())
        told.set()
        return True

    monkeypatch.setattr(logging.getLogger("betterworker.handler"), "filters", [note])
    site = serve(blocks=blocks, fine=async_view, through=STARTPROJECT, BETTERWORKER={"MAX_THREADS": 2})
    # Nobody looks at the queue before all are in it.
    site.pool._guarded = True
    blocked = [site.ask("/blocks") for _ in range(5)]
    try:
        async with asyncio.timeout(PATIENCE_S):
            while site.pool.waiting < 3:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0)
        site.pool._guarded = False
        with site.pool._lock:
            site.pool._watch()
        assert await asyncio.to_thread(told.wait, PATIENCE_S)
        assert (site.pool.threads, site.pool.waiting) == (2, 3)
        assert "All 2 threads are busy, 3 requests wait" in lines[0]
        for _ in range(5):
            assert (await site.get("/fine")).text == "async"
    finally:
        for_ever.set()
    assert [(await each.answer()).text for each in blocked] == ["at last"] * 5


async def test_hundreds_of_sync_views_wait_at_once(serve: Serve) -> None:
    """None of them goes on before all have begun."""
    together = threading.Barrier(300, timeout=PATIENCE_S)

    def view(request: HttpRequest) -> HttpResponse:
        together.wait()
        return HttpResponse()

    site = serve(root=view)
    answers = await asyncio.gather(*(site.get() for _ in range(300)))
    assert {each.status for each in answers} == {200}


@pytest.mark.parametrize("kind", ["whole", "stream"])
async def test_clients_that_read_slowly_keep_no_others_waiting(serve: Serve, kind: str) -> None:
    """Each has a thread until its answer is sent; the pool gets others, as for views that wait."""

    def view(request: HttpRequest) -> HttpResponseBase:
        return HttpResponse(b"part") if kind == "whole" else StreamingHttpResponse(iter([b"part"]))

    site, reads = serve(slow=view, hello=lambda _: HttpResponse("hello")), asyncio.Event()

    async def send(message: object) -> None:
        await reads.wait()

    slow = [asyncio.create_task(_asked(site, "/slow", send)) for _ in range(40)]
    try:
        async with asyncio.timeout(PATIENCE_S):
            assert (await site.get("/hello")).text == "hello"
    finally:
        reads.set()
        await asyncio.gather(*slow)


async def _asked(site: Site, path: str, send: Callable[[object], Awaitable[None]]) -> None:
    said: asyncio.Queue[dict[str, object]] = asyncio.Queue()
    said.put_nowait({"type": "http.request"})
    await site.application(scope(path), said.get, send)


async def test_only_http_is_served(serve: Serve) -> None:
    site = serve(root=async_view)
    with pytest.raises(ValueError, match="not websocket"):
        await site.application({"type": "websocket"}, None, None)


async def test_djangos_static_files_handler_goes_around_it(serve: Serve) -> None:
    inside = serve(root=async_view)
    site = Site(ASGIStaticFilesHandler(inside.application))
    assert (await site.get()).text == "async"
    style = await site.get("/static/admin/css/base.css")
    assert style.headers["content-type"].startswith("text/css")

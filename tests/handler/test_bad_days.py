from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING

import pytest
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.http import HttpResponse

from tests.handler.project.client import Site
from tests.handler.project.sites import STARTPROJECT
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tests.handler.conftest import Serve


async def async_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("async")


async def test_views_that_block_for_ever_leave_async_views_alone_and_a_line_in_the_log(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    for_ever, told, lines = threading.Event(), threading.Event(), list[str]()

    def blocks(request: HttpRequest) -> HttpResponse:
        assert for_ever.wait(60)
        return HttpResponse("at last")

    def note(record: logging.LogRecord) -> bool:
        lines.append(record.getMessage())
        told.set()
        return True

    monkeypatch.setattr(logging.getLogger("betterworker.handler"), "filters", [note])
    site = serve(blocks=blocks, fine=async_view, through=STARTPROJECT, BETTERWORKER={"MAX_THREADS": 2})
    blocked = [site.ask("/blocks") for _ in range(5)]
    try:
        assert await asyncio.to_thread(told.wait, 20)
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

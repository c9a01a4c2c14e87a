from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest
from asgiref.sync import sync_to_async
from django.http import HttpResponse

from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tests.handler.conftest import Serve
    from tests.handler.project.client import Site


async def test_a_servers_cancellation_waits_for_the_sync_view_and_closes(
    serve: Serve, stages: list[str]
) -> None:
    loop, begun, may_end = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def view(request: HttpRequest) -> HttpResponse:
        loop.call_soon_threadsafe(begun.set)
        assert may_end.wait(PATIENCE_S)
        stages.append("view")
        response = HttpResponse()
        response._resource_closers.append(lambda: stages.append("closed"))  # type: ignore[attr-defined]
        return response

    conversation = serve(root=view).ask()
    await begun.wait()
    conversation.task.cancel()
    await asyncio.sleep(0)
    conversation.task.cancel()
    await asyncio.sleep(0)
    assert not conversation.task.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await conversation.over()
    assert stages == ["started", "view", "closed", "finished"]
    assert conversation.heard == []


async def test_a_cancellation_that_comes_with_the_answer_still_closes_it(
    serve: Serve, stages: list[str]
) -> None:
    """The answer has arrived, and its coroutine has not run yet."""

    def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        response._resource_closers.append(lambda: stages.append("closed"))  # type: ignore[attr-defined]
        return response

    site = serve(root=view)
    conversation = site.ask()
    deliver = type(site.application._mailbox())._deliver

    def then_cancel(mailbox: object) -> None:
        deliver(mailbox)
        conversation.task.cancel()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(site.application._mailbox()), "_deliver", then_cancel)
        with pytest.raises(asyncio.CancelledError):
            await conversation.over()
    assert stages == ["started", "closed", "finished"]


async def test_an_async_view_sees_the_servers_cancellation_and_is_finished(
    serve: Serve, stages: list[str]
) -> None:
    begun = asyncio.Event()

    async def view(request: HttpRequest) -> HttpResponse:
        await sync_to_async(int)()
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stages.append("cancelled")
            raise
        return HttpResponse()

    conversation = serve(root=view).ask()
    await begun.wait()
    conversation.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await conversation.over()
    assert stages == ["started", "cancelled", "finished"]


async def test_closing_is_not_cut_off_by_a_second_cancellation(serve: Serve, stages: list[str]) -> None:
    loop, closing, may_close = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def close() -> None:
        loop.call_soon_threadsafe(closing.set)
        assert may_close.wait(PATIENCE_S)
        stages.append("closed")

    async def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        response._resource_closers.append(close)  # type: ignore[attr-defined]
        return response

    conversation = serve(root=view).ask()
    await closing.wait()
    conversation.task.cancel()
    await asyncio.sleep(0)
    conversation.task.cancel()
    await asyncio.sleep(0)
    may_close.set()
    with pytest.raises(asyncio.CancelledError):
        await conversation.over()
    assert stages == ["started", "closed", "finished"]


@pytest.mark.parametrize("how", ["leave", "cancel"])
@pytest.mark.parametrize("is_async", [False, True])
async def test_a_request_that_waits_for_a_thread_can_go(
    serve: Serve, stages: list[str], how: str, is_async: bool
) -> None:
    loop, begun, may_end = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def blocks(request: HttpRequest) -> HttpResponse:
        loop.call_soon_threadsafe(begun.set)
        assert may_end.wait(PATIENCE_S)
        return HttpResponse()

    async def needs_a_thread(request: HttpRequest) -> HttpResponse:
        await sync_to_async(stages.append)("must not")
        return HttpResponse()

    def needs_one_too(request: HttpRequest) -> HttpResponse:
        stages.append("must not")
        return HttpResponse()

    site = serve(
        blocks=blocks, waits=needs_a_thread if is_async else needs_one_too, BETTERWORKER={"MAX_THREADS": 1}
    )
    first = site.ask("/blocks")
    await begun.wait()
    stages.clear()
    second = site.ask("/waits")
    await _until_waiting(site)
    if how == "leave":
        second.leave()
        await second.over()
    else:
        second.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second.over()
    assert site.pool.waiting == 0
    may_end.set()
    await first.answer()
    assert "must not" not in stages


async def _until_waiting(site: Site) -> None:
    while not site.pool.waiting:  # noqa: ASYNC110 - the pool tells nobody
        await asyncio.sleep(0)

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.http import HttpResponse
from django.urls import path

from tests.handler.project.client import scope
from tests.handler.project.sites import urlconf
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from tests.handler.conftest import Serve


async def test_who_leaves_before_the_bodys_end_was_never_there(serve: Serve, stages: list[str]) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        stages.append("view")
        return HttpResponse()

    conversation = serve(root=view).open(method="POST")
    conversation.say(b"half", more=True)
    conversation.leave()
    await conversation.over()
    assert not conversation.heard
    assert not stages


async def test_a_sync_view_goes_on_when_its_client_has_gone(serve: Serve, stages: list[str]) -> None:
    loop, begun, left = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def view(request: HttpRequest) -> HttpResponse:
        loop.call_soon_threadsafe(begun.set)
        assert left.wait(PATIENCE_S)
        stages.append("view")
        response = HttpResponse()
        response._resource_closers.append(lambda: stages.append("closed"))  # type: ignore[attr-defined]
        return response

    conversation = serve(root=view).ask()
    await begun.wait()
    conversation.leave()
    await _heard(conversation)
    left.set()
    await conversation.over()
    assert stages == ["started", "view", "closed", "finished"]
    assert conversation.heard == []


async def test_an_async_view_is_cancelled_when_its_client_has_gone(serve: Serve, stages: list[str]) -> None:
    begun = asyncio.Event()

    async def view(request: HttpRequest) -> HttpResponse:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stages.append("cancelled")
            raise
        return HttpResponse()

    conversation = serve(root=view).ask()
    await begun.wait()
    conversation.leave()
    await conversation.over()
    assert stages == ["started", "cancelled", "finished"]
    assert conversation.heard == []
    assert conversation.task.cancelling() == 0


async def test_an_async_view_behind_a_wrong_guess_is_cancelled_too(serve: Serve, stages: list[str]) -> None:
    begun = asyncio.Event()

    async def view(request: HttpRequest) -> HttpResponse:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stages.append("cancelled")
            raise
        return HttpResponse()

    site = serve(through=[elsewhere], ELSEWHERE=urlconf(path("", view)))
    conversation = site.ask()
    await begun.wait()
    conversation.leave()
    await conversation.over()
    assert stages == ["started", "cancelled", "finished"]
    assert conversation.heard == []


async def test_async_code_that_a_sync_view_waits_for_is_cancelled(serve: Serve, stages: list[str]) -> None:
    begun = asyncio.Event()

    async def wait() -> None:
        begun.set()
        await asyncio.Event().wait()

    def view(request: HttpRequest) -> HttpResponse:
        try:
            async_to_sync(wait)()
        except asyncio.CancelledError:
            stages.append("cancelled")
        return HttpResponse()

    conversation = serve(root=view).ask()
    await begun.wait()
    conversation.leave()
    await conversation.over()
    assert stages == ["started", "cancelled", "finished"]


async def test_a_view_that_answers_although_it_is_cancelled_is_closed_once(
    serve: Serve, stages: list[str]
) -> None:
    begun = asyncio.Event()

    async def view(request: HttpRequest) -> HttpResponse:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return HttpResponse("too late")
        return HttpResponse()

    conversation = serve(root=view).ask()
    await begun.wait()
    conversation.leave()
    await conversation.over()
    assert stages == ["started", "finished"]
    assert conversation.task.cancelling() == 0


async def test_sync_code_of_a_cancelled_async_view_ends_before_its_request(
    serve: Serve, stages: list[str]
) -> None:
    loop, begun, left = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def work() -> None:
        loop.call_soon_threadsafe(begun.set)
        assert left.wait(PATIENCE_S)
        stages.append("worked")

    async def view(request: HttpRequest) -> HttpResponse:
        await sync_to_async(work)()
        return HttpResponse()

    conversation = serve(root=view).ask()
    await begun.wait()
    conversation.leave()
    await _heard(conversation)
    left.set()
    await conversation.over()
    assert stages == ["started", "worked", "finished"]


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_servers_invalid_message_is_an_error(serve: Serve, is_async: bool) -> None:
    begun = asyncio.Event()

    def sync_view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    async def async_view(request: HttpRequest) -> HttpResponse:
        begun.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return HttpResponse()

    conversation = serve(root=async_view if is_async else sync_view).ask()
    conversation._in.put_nowait({"type": "http.nonsense"})
    with pytest.raises(AssertionError, match=r"http\.nonsense"):
        await conversation.over()


async def test_a_server_whose_client_has_gone_may_raise_what_the_specification_says(
    serve: Serve, stages: list[str]
) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    async def send(message: object) -> None:
        raise BrokenPipeError

    site = serve(root=view)
    said: asyncio.Queue[dict[str, object]] = asyncio.Queue()
    said.put_nowait({"type": "http.request"})
    await site.application(scope("/"), said.get, send)
    assert stages == ["started", "finished"]


@pytest.mark.parametrize("is_async", [False, True])
async def test_an_answer_that_cannot_be_sent_is_given_up_when_its_client_goes(
    serve: Serve, stages: list[str], is_async: bool
) -> None:
    def sync_view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("large")

    async def async_view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("large")

    sending = asyncio.Event()

    async def send(message: object) -> None:
        sending.set()
        await asyncio.Event().wait()

    site, said = serve(root=async_view if is_async else sync_view), asyncio.Queue[dict[str, object]]()
    said.put_nowait({"type": "http.request"})
    request = asyncio.create_task(site.application(scope("/"), said.get, send))
    await sending.wait()
    said.put_nowait({"type": "http.disconnect"})
    async with asyncio.timeout(PATIENCE_S):
        await request
    assert stages == ["started", "finished"]
    assert request.cancelling() == 0


class Unreadable(HttpResponse):
    @property
    def content(self) -> bytes:
        raise FileNotFoundError("the response's own")

    @content.setter
    def content(self, value: object) -> None: ...


@pytest.mark.parametrize("is_async", [False, True])
async def test_an_error_of_the_responses_own_is_not_taken_for_the_servers(
    serve: Serve, is_async: bool
) -> None:
    def sync_view(request: HttpRequest) -> HttpResponse:
        return Unreadable()

    async def async_view(request: HttpRequest) -> HttpResponse:
        return Unreadable()

    with pytest.raises(FileNotFoundError, match="the response's own"):
        await serve(root=async_view if is_async else sync_view, through=[]).get()


def elsewhere(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Sync-only middleware that chooses other URLs, as for a host of its own."""
    from django.conf import settings

    def middleware(request: HttpRequest) -> HttpResponse:
        request.urlconf = settings.ELSEWHERE
        return get_response(request)

    return middleware


async def _heard(conversation: object) -> None:
    """What was said has come to the application."""
    for _ in range(10):
        await asyncio.sleep(0)

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core import signals
from django.core.exceptions import BadRequest
from django.http import HttpResponse, JsonResponse

from betterworker.handler.exchange import Exchange
from betterworker.handler.pool import FIRST
from tests.handler.project.client import scope
from tests.handler.project.sites import STARTPROJECT

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tests.handler.conftest import Serve


def hello(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"hello": "world"})


def fails(request: HttpRequest) -> HttpResponse:
    raise LookupError("the view's")


async def test_a_sync_view_answers_behind_the_default_middleware(serve: Serve) -> None:
    answer = await serve(root=hello, through=STARTPROJECT).get()
    assert (answer.status, answer.text) == (200, '{"hello": "world"}')
    assert answer.headers["x-frame-options"] == "DENY"


async def test_the_body_and_the_head_of_a_request_arrive(serve: Serve) -> None:
    def echo(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"{request.method} {request.get_full_path()} {request.body.decode()}")

    answer = await serve(echo=echo).post("/echo?a=1", b"said")
    assert answer.text == "POST /echo?a=1 said"


async def test_signals_and_view_share_one_thread_off_the_loop(serve: Serve) -> None:
    threads: list[str] = []

    def note(*_: Any, **__: Any) -> HttpResponse:
        threads.append(threading.current_thread().name)
        return HttpResponse()

    signals.request_started.connect(note)
    signals.request_finished.connect(note)
    try:
        await serve(root=note).get()
    finally:
        signals.request_started.disconnect(note)
        signals.request_finished.disconnect(note)
    assert len(threads) == 3
    assert len(set(threads)) == 1
    assert threads[0] != threading.current_thread().name


async def test_a_request_takes_one_hop_and_no_other_thread(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = serve(root=hello, through=STARTPROJECT)
    await asyncio.gather(*(site.get() for _ in range(FIRST)))
    # A lane may still be on its way back: then the next request waits for it, and the pool asks for a guard.
    site.pool._guarded = True
    begun, loop = [], asyncio.get_running_loop()
    begin = Exchange.begin

    async def counted(exchange: Exchange) -> Any:
        begun.append(exchange)
        return await begin(exchange)

    def refused(*_: Any, **__: Any) -> Any:
        raise AssertionError("a hop or a thread that is not needed")

    monkeypatch.setattr(Exchange, "begin", counted)
    monkeypatch.setattr(loop, "run_in_executor", refused)
    monkeypatch.setattr(threading.Thread, "start", refused)
    for _ in range(20):
        assert (await site.get()).status == 200
    assert len(begun) == 20
    assert site.pool.threads <= FIRST


async def test_a_response_is_closed_after_it_was_sent_and_then_it_is_finished(
    serve: Serve, stages: list[str]
) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        stages.append("view")
        response = HttpResponse()
        response._resource_closers.append(lambda: stages.append("closed"))  # type: ignore[attr-defined]
        return response

    async def send(message: Any) -> None:
        stages.append("sent")

    said: asyncio.Queue[Any] = asyncio.Queue()
    said.put_nowait({"type": "http.request"})
    await serve(root=view).application(scope("/"), said.get, send)
    assert stages == ["started", "view", "sent", "sent", "closed", "finished"]


@pytest.mark.parametrize(
    ("error", "status"), [(LookupError, 500), (BadRequest, 400), (SystemExit, 500), (KeyboardInterrupt, 500)]
)
async def test_what_a_view_raises_becomes_a_response(
    serve: Serve, stages: list[str], error: type[BaseException], status: int
) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    assert (await serve(root=view).get()).status == status
    assert stages == ["started", "finished"]


async def test_a_thread_in_which_a_view_exits_serves_the_next_request(serve: Serve) -> None:
    seen: list[int] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(threading.get_ident())
        raise SystemExit

    site = serve(root=view, BETTERWORKER={"MAX_THREADS": 1})
    await site.get()
    await site.get()
    assert len(set(seen)) == 1


async def test_a_view_that_is_not_utf_8_is_a_bad_request(serve: Serve, stages: list[str]) -> None:
    conversation = serve(root=hello).open()
    conversation.scope["query_string"] = b"\xff"
    conversation.say()
    assert (await conversation.answer()).status == 400
    assert stages == ["started", "finished"]


async def test_too_large_a_body_is_refused_as_in_django(serve: Serve) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(len(request.body)))

    site = serve(root=view, DATA_UPLOAD_MAX_MEMORY_SIZE=3)
    # Before Django 6.0 a 400.
    assert (await site.post(body=b"four", headers={"content-length": "4"})).status in (400, 413)


@pytest.mark.parametrize("signal", [signals.request_started, signals.request_finished])
async def test_what_a_signals_receiver_raises_reaches_the_server_and_frees_the_thread(
    serve: Serve, signal: Any
) -> None:
    def receiver(**_: Any) -> None:
        raise LookupError("the receiver's")

    site = serve(root=hello, BETTERWORKER={"MAX_THREADS": 1})
    signal.connect(receiver)
    try:
        with pytest.raises(LookupError, match="the receiver's"):
            await site.get()
    finally:
        signal.disconnect(receiver)
    assert (await site.get()).status == 200


async def test_a_debug_page_shows_what_the_view_raised(serve: Serve) -> None:
    answer = await serve(root=fails, DEBUG=True).get()
    assert answer.status == 500
    assert "the view&#x27;s" in answer.text


async def test_the_projects_own_handler500_answers(serve: Serve) -> None:
    def sorry(request: HttpRequest) -> HttpResponse:
        return HttpResponse("sorry", status=500)

    site = serve(root=fails)
    settings.ROOT_URLCONF.handler500 = sorry
    assert (await site.get()).text == "sorry"


async def test_async_code_of_a_sync_view_runs_on_the_servers_loop(serve: Serve) -> None:
    async def loop() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    found: list[Any] = []

    def view(request: HttpRequest) -> HttpResponse:
        found.append(async_to_sync(loop)())
        return HttpResponse()

    await serve(root=view).get()
    assert found == [asyncio.get_running_loop()]

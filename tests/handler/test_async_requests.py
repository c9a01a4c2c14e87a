from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.core import signals
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import SynchronousOnlyOperation
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import connection
from django.http import HttpResponse, JsonResponse

from betterworker.handler.pool import Pool
from tests.handler.project.sites import STARTPROJECT
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from tests.handler.conftest import Serve


async def hello(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"hello": "world"})


@pytest.fixture
def hops(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was run in a thread, other than at once: every hop of an async request."""
    done: list[Any] = []
    run = asyncio.BaseEventLoop.run_in_executor

    def counted(loop: Any, executor: Any, work: Any, *args: Any) -> Any:
        done.append(work)
        return run(loop, executor, work, *args)

    monkeypatch.setattr(asyncio.BaseEventLoop, "run_in_executor", counted)
    return done


async def test_an_async_view_answers_behind_the_default_middleware(serve: Serve) -> None:
    answer = await serve(root=hello, through=STARTPROJECT).get()
    assert (answer.status, answer.text) == (200, '{"hello": "world"}')
    assert answer.headers["x-frame-options"] == "DENY"


async def test_it_takes_no_hop_no_lane_and_no_thread(
    serve: Serve, hops: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = serve(root=hello, through=STARTPROJECT)

    def refused(*_: Any) -> None:
        raise AssertionError("a thread that is not needed")

    monkeypatch.setattr(threading.Thread, "start", refused)
    monkeypatch.setattr(Pool, "submit", refused)
    for _ in range(5):
        assert (await site.get()).status == 200
    assert hops == []
    assert site.pool.threads == 0


async def test_a_session_that_is_saved_costs_one_hop_and_closing_one(
    serve: Serve, database: None, hops: list[Any]
) -> None:
    async def view(request: HttpRequest) -> HttpResponse:
        request.session["visits"] = 1
        return HttpResponse()

    site = serve(root=view, through=STARTPROJECT, SESSION_ENGINE="django.contrib.sessions.backends.db")
    answer = await site.get()
    # Saving, and closing the connection in the thread that it was opened in.
    assert len(hops) == 2
    key = answer.headers["set-cookie"].partition("sessionid=")[2].partition(";")[0]
    assert await Session.objects.filter(session_key=key).aexists()


async def test_thread_sensitive_code_of_a_request_runs_in_one_pooled_thread(serve: Serve) -> None:
    seen: list[str] = []

    async def view(request: HttpRequest) -> HttpResponse:
        for _ in range(3):
            await sync_to_async(lambda: seen.append(threading.current_thread().name))()
        return HttpResponse()

    site = serve(root=view)
    signals.request_finished.connect(note := lambda **_: seen.append(threading.current_thread().name))
    try:
        await site.get()
    finally:
        signals.request_finished.disconnect(note)
    assert len(seen) == 4
    assert len(set(seen)) == 1
    assert seen[0].startswith("betterworker-")


async def test_two_requests_do_not_share_a_thread_at_a_time(serve: Serve) -> None:
    together = threading.Barrier(2, timeout=PATIENCE_S)

    async def view(request: HttpRequest) -> HttpResponse:
        await sync_to_async(together.wait)()
        return HttpResponse()

    site = serve(root=view)
    first, second = await asyncio.gather(site.get(), site.get())
    assert first.status == second.status == 200


async def test_signals_are_sent_once_to_sync_and_async_receivers(serve: Serve) -> None:
    got: list[str] = []

    def sync_one(signal: Any, **_: Any) -> None:
        got.append("sync")

    async def async_one(signal: Any, **_: Any) -> None:
        got.append("async")

    for signal in (signals.request_started, signals.request_finished):
        signal.connect(sync_one)
        signal.connect(async_one)
    try:
        await serve(root=hello).get()
    finally:
        for signal in (signals.request_started, signals.request_finished):
            signal.disconnect(sync_one)
            signal.disconnect(async_one)
    assert sorted(got) == ["async", "async", "sync", "sync"]


async def test_a_request_that_only_async_receivers_saw_begin_is_finished(serve: Serve) -> None:
    """Also when its client goes, and though no thread was needed for it."""
    got: list[str] = []
    begun = asyncio.Event()

    async def started(**_: Any) -> None:
        got.append("started")

    async def finished(**_: Any) -> None:
        got.append("finished")

    async def view(request: HttpRequest) -> HttpResponse:
        begun.set()
        await asyncio.Event().wait()
        return HttpResponse()

    receivers = signals.request_started.receivers
    signals.request_started.receivers = []
    signals.request_started.sender_receivers_cache.clear()
    signals.request_started.connect(started)
    signals.request_finished.connect(finished)
    try:
        conversation = serve(root=view).ask()
        await begun.wait()
        conversation.leave()
        await conversation.over()
    finally:
        signals.request_finished.disconnect(finished)
        signals.request_started.receivers = receivers
        signals.request_started.sender_receivers_cache.clear()
    assert got == ["started", "finished"]


class CacheOfItsOwn(LocMemCache):
    closed: ClassVar[list[str]] = []

    def close(self, **_: Any) -> None:
        self.closed.append(threading.current_thread().name)


async def test_a_cache_that_was_used_is_closed_in_the_requests_thread(serve: Serve) -> None:
    closed: list[str] = []
    CacheOfItsOwn.closed = closed

    async def view(request: HttpRequest) -> HttpResponse:
        # Not by a thread of the request's: it has none before it is closed.
        cache.set("key", "value")
        return HttpResponse()

    await serve(root=view, CACHES={"default": {"BACKEND": f"{__name__}.CacheOfItsOwn"}}).get()
    assert [name.startswith("betterworker-") for name in closed] == [True]


async def test_the_database_stays_forbidden_on_the_loop(serve: Serve) -> None:
    refused: list[type] = []

    async def view(request: HttpRequest) -> HttpResponse:
        try:
            Session.objects.count()
        except SynchronousOnlyOperation as error:
            refused.append(type(error))
        return HttpResponse()

    await serve(root=view).get()
    assert refused == [SynchronousOnlyOperation]


async def test_a_connection_of_the_loops_own_is_not_closed_there(
    serve: Serve, database: None, monkeypatch: pytest.MonkeyPatch, hops: list[Any]
) -> None:
    """Django refuses to close it on the loop, as it refuses to open it, unless it is told to."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    connection.ensure_connection()
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE")
    assert (await serve(root=hello).get()).status == 200
    assert len(hops) == 1
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    connection.close()
    assert (await serve(root=hello).get()).status == 200
    assert len(hops) == 1


async def test_what_a_response_has_to_close_is_closed_off_the_loop(serve: Serve) -> None:
    closed: list[str] = []

    async def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        response._resource_closers.append(  # type: ignore[attr-defined]
            lambda: closed.append(threading.current_thread().name)
        )
        return response

    await serve(root=view).get()
    assert [name.startswith("betterworker-") for name in closed] == [True]


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_response_that_is_closed_in_its_own_way_is_closed_so(serve: Serve, is_async: bool) -> None:
    closed: list[str] = []

    def answer() -> HttpResponse:
        response = HttpResponse()
        response.close = lambda: closed.append("in its own way")  # type: ignore[method-assign]
        return response

    async def async_view(request: HttpRequest) -> HttpResponse:
        return answer()

    await serve(root=async_view if is_async else lambda _: answer()).get()
    assert closed == ["in its own way"]


async def test_uploads_on_a_disk_are_closed_off_the_loop(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []
    close = TemporaryUploadedFile.close

    def told(file: TemporaryUploadedFile) -> None:
        closed.append(threading.current_thread().name)
        close(file)

    async def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(len(request.FILES)))

    monkeypatch.setattr(TemporaryUploadedFile, "close", told)
    handlers = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
    site = serve(root=view, through=[], FILE_UPLOAD_HANDLERS=handlers)
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx\r\n--b--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=b", "content-length": str(len(body))}
    answer = await site.post(body=body, headers=headers)
    assert answer.text == "1"
    assert [name.startswith("betterworker-") for name in closed] == [True]


async def test_a_body_in_a_file_is_closed_off_the_loop(serve: Serve, hops: list[Any]) -> None:
    conversation = serve(root=hello, FILE_UPLOAD_MAX_MEMORY_SIZE=7).open(method="POST")
    conversation.say(b"half", more=True)
    conversation.say(b"half")
    assert (await conversation.answer()).status == 200
    # Once to write what is too much for memory, once to close it.
    assert len(hops) == 2


async def test_a_task_that_outlives_its_request_can_still_use_threads(serve: Serve) -> None:
    tasks: list[asyncio.Task[str]] = []
    answered = asyncio.Event()

    async def afterwards() -> str:
        await answered.wait()
        return await sync_to_async(lambda: threading.current_thread().name)()

    async def view(request: HttpRequest) -> HttpResponse:
        await sync_to_async(int)()
        tasks.append(asyncio.create_task(afterwards()))
        return HttpResponse()

    site = serve(root=view, BETTERWORKER={"MAX_THREADS": 1})
    await site.get()
    # The one lane is free: the task has not kept it.
    await site.get()
    answered.set()
    assert all(name.startswith("betterworker-") for name in await asyncio.gather(*tasks))


@pytest.mark.parametrize("size", [10, 3_000_000])
async def test_a_body_that_was_read_is_closed(serve: Serve, size: int) -> None:
    streams: list[Any] = []

    async def view(request: HttpRequest) -> HttpResponse:
        streams.append(request._stream)
        return HttpResponse(str(len(request.body)))

    site = serve(root=view, DATA_UPLOAD_MAX_MEMORY_SIZE=None)
    assert (await site.post(body=b"x" * size)).text == str(size)
    assert streams[0].closed


@pytest.mark.parametrize("fault", [LookupError, "finished", "started"])
async def test_faults_leave_the_lane_free(serve: Serve, fault: Any) -> None:
    def receiver(**_: Any) -> None:
        raise LookupError("the receiver's")

    async def view(request: HttpRequest) -> HttpResponse:
        await sync_to_async(int)()
        if fault is LookupError:
            raise fault
        return HttpResponse()

    site = serve(root=view, BETTERWORKER={"MAX_THREADS": 1})
    if fault is LookupError:
        assert (await site.get()).status == 500
    else:
        await _with_receiver(getattr(signals, f"request_{fault}"), receiver, site.get)
    fault = None
    assert (await site.get()).status == 200


async def _with_receiver(signal: Any, receiver: Any, get: Callable[[], Any]) -> None:
    signal.connect(receiver)
    try:
        with pytest.raises(LookupError, match="the receiver's"):
            await get()
    finally:
        signal.disconnect(receiver)


async def test_an_uncaught_error_becomes_a_response_and_is_finished_once(
    serve: Serve, stages: list[str]
) -> None:
    async def view(request: HttpRequest) -> HttpResponse:
        raise LookupError("the view's")

    assert (await serve(root=view).get()).status == 500
    assert stages == ["started", "finished"]

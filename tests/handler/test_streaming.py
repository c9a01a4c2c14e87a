from __future__ import annotations

import asyncio
import io
import threading
from typing import TYPE_CHECKING, Any

import pytest
from asgiref.sync import sync_to_async
from django.http import FileResponse, StreamingHttpResponse

from tests.handler.project.sites import STARTPROJECT
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from django.http import HttpRequest

    from tests.handler.conftest import Serve

View = Any


def of_either_kind(make: Callable[[], StreamingHttpResponse], *, is_async: bool) -> View:
    async def async_view(request: HttpRequest) -> StreamingHttpResponse:
        return make()

    def sync_view(request: HttpRequest) -> StreamingHttpResponse:
        return make()

    return async_view if is_async else sync_view


both = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


@both
async def test_a_part_of_a_sync_iterator_is_sent_before_the_next_is_made(
    serve: Serve, is_async: bool
) -> None:
    heard = threading.Event()

    def parts() -> Iterator[bytes]:
        yield b"first"
        assert heard.wait(PATIENCE_S), "the second was asked for before the first was sent"
        yield b"second"

    conversation = serve(root=of_either_kind(lambda: StreamingHttpResponse(parts()), is_async=is_async)).ask()
    assert await conversation.hear_part() == b"first"
    heard.set()
    assert await conversation.hear_part() == b"second"
    assert (await conversation.answer()).body == b"firstsecond"


@both
async def test_a_sync_iterator_runs_in_its_requests_thread_and_is_closed_there(
    serve: Serve, is_async: bool
) -> None:
    threads: list[str] = []

    def parts() -> Iterator[bytes]:
        try:
            for _ in range(3):
                threads.append(threading.current_thread().name)
                yield b"part"
        finally:
            threads.append(threading.current_thread().name)

    def make() -> StreamingHttpResponse:
        threads.append(threading.current_thread().name)
        return StreamingHttpResponse(parts())

    await serve(root=of_either_kind(make, is_async=is_async), through=STARTPROJECT).get()
    # An async view itself is on the loop.
    assert len(set(threads[is_async:])) == 1
    assert threads[-1].startswith("betterworker-")


@both
async def test_an_async_iterator_stays_on_the_loop(serve: Serve, is_async: bool) -> None:
    threads: list[threading.Thread] = []

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(3):
            threads.append(threading.current_thread())
            await asyncio.sleep(0)
            yield b"part"

    site = serve(root=of_either_kind(lambda: StreamingHttpResponse(parts()), is_async=is_async))
    assert (await site.get()).body == b"part" * 3
    assert set(threads) == {threading.current_thread()}


@both
async def test_what_an_async_iterator_does_in_threads_it_does_in_its_requests(
    serve: Serve, is_async: bool
) -> None:
    threads: list[str] = []

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(3):
            threads.append(await sync_to_async(lambda: threading.current_thread().name)())
            yield b"part"

    def make() -> StreamingHttpResponse:
        threads.append(threading.current_thread().name)
        return StreamingHttpResponse(parts())

    site = serve(root=of_either_kind(make, is_async=is_async), BETTERWORKER={"MAX_THREADS": 1})
    await site.get()
    assert len(set(threads[is_async:])) == 1
    assert threads[-1].startswith("betterworker-")


@both
async def test_a_sync_iterator_whose_client_has_gone_is_closed_and_finished_once(
    serve: Serve, stages: list[str], is_async: bool
) -> None:
    def parts() -> Iterator[bytes]:
        try:
            while True:
                yield b"part"
        finally:
            stages.append("closed")

    conversation = serve(root=of_either_kind(lambda: StreamingHttpResponse(parts()), is_async=is_async)).ask()
    await conversation.hear_part()
    conversation.leave()
    await conversation.over()
    assert stages == ["started", "closed", "finished"]
    assert conversation.task.cancelling() == 0


@both
async def test_an_async_iterator_whose_client_has_gone_is_closed_and_finished_once(
    serve: Serve, stages: list[str], is_async: bool
) -> None:
    async def parts() -> AsyncIterator[bytes]:
        try:
            yield b"part"
            await asyncio.Event().wait()
        finally:
            stages.append("closed")

    conversation = serve(root=of_either_kind(lambda: StreamingHttpResponse(parts()), is_async=is_async)).ask()
    await conversation.hear_part()
    conversation.leave()
    await conversation.over()
    assert stages == ["started", "closed", "finished"]


@both
async def test_an_async_iterator_that_is_left_between_parts_is_closed_before_the_end(
    serve: Serve, stages: list[str], is_async: bool
) -> None:
    async def parts() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"part"
        finally:
            stages.append("closed")

    site = serve(root=of_either_kind(lambda: StreamingHttpResponse(parts()), is_async=is_async))
    conversation = site.open()
    blocked = asyncio.Event()

    async def send(message: dict[str, Any]) -> None:
        """As a server whose client reads nothing."""
        if message["type"] == "http.response.body":
            blocked.set()
            await asyncio.Event().wait()

    conversation.task.cancel()
    task = asyncio.create_task(site.application(conversation.scope, conversation._in.get, send))
    conversation.say()
    await blocked.wait()
    conversation.leave()
    await asyncio.wait_for(task, PATIENCE_S)
    assert stages == ["started", "closed", "finished"]


@both
async def test_what_an_iterator_raises_reaches_the_server_and_frees_the_thread(
    serve: Serve, stages: list[str], is_async: bool
) -> None:
    def parts() -> Iterator[bytes]:
        yield b"part"
        raise LookupError("the iterator's")

    site = serve(
        root=of_either_kind(lambda: StreamingHttpResponse(parts()), is_async=is_async),
        BETTERWORKER={"MAX_THREADS": 1},
    )
    for _ in range(2):
        with pytest.raises(LookupError, match="the iterator's"):
            await site.get()
    assert stages == ["started", "finished"] * 2


async def test_an_iterator_that_exits_does_not_end_the_server(serve: Serve) -> None:
    def parts() -> Iterator[bytes]:
        yield b"part"
        raise SystemExit

    def view(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(parts())

    with pytest.raises(RuntimeError, match="SystemExit"):
        await serve(root=view).get()


@both
async def test_a_file_is_sent_in_chunks_and_closed(serve: Serve, is_async: bool) -> None:
    file = io.BytesIO(b"x" * 200_000)

    def make() -> StreamingHttpResponse:
        return FileResponse(file)

    conversation = serve(root=of_either_kind(make, is_async=is_async)).ask()
    assert len((await conversation.answer()).body) == 200_000
    assert [len(message.get("body", b"")) for message in conversation.heard[1:]] == [65536] * 3 + [3392, 0]
    assert file.closed


async def test_no_warning_is_given_for_an_iterator_of_the_other_kind(serve: Serve) -> None:
    """Django warns, and collects it into a list; here warnings are errors."""

    async def view(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(iter([b"a", b"b"]))

    assert (await serve(root=view).get()).body == b"ab"

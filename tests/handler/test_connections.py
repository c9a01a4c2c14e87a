"""Database connections belong to threads, and threads to one request at a time."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.http import HttpResponse
from django.utils import timezone

from tests.handler.project.client import Site
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from tests.handler.conftest import Serve


def ask(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse(str(id(connection.connection)))


async def ask_from_async(request: HttpRequest) -> HttpResponse:
    return await sync_to_async(ask)(request)


both = pytest.mark.parametrize("view", [ask, ask_from_async])


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The threads in which connections were opened."""
    threads: list[int] = []
    kind = type(connections["default"])
    get = kind.get_new_connection

    def counted(wrapper: Any, parameters: Any) -> Any:
        threads.append(threading.get_ident())
        return get(wrapper, parameters)

    monkeypatch.setattr(kind, "get_new_connection", counted)
    return threads


@pytest.fixture
def max_age(request: pytest.FixtureRequest) -> Iterator[None]:
    settings = connections.settings["default"]
    before, settings["CONN_MAX_AGE"] = settings["CONN_MAX_AGE"], 60
    yield
    settings["CONN_MAX_AGE"] = before


@both
async def test_a_connection_is_kept_for_the_next_request(
    serve: Serve, database: None, opened: list[int], max_age: None, view: Any
) -> None:
    site = serve(root=view, BETTERWORKER={"MAX_THREADS": 1})
    assert len({(await site.get()).text for _ in range(5)}) == 1
    assert len(opened) == 1


@both
async def test_without_conn_max_age_each_request_closes_its_own(
    serve: Serve, database: None, opened: list[int], view: Any
) -> None:
    site = serve(root=view, BETTERWORKER={"MAX_THREADS": 1})
    for _ in range(3):
        await site.get()
    assert len(opened) == 3


async def test_there_are_never_more_connections_than_threads(
    serve: Serve, database: None, opened: list[int], max_age: None
) -> None:
    site = serve(sync=ask, other=ask_from_async, BETTERWORKER={"MAX_THREADS": 3})
    await asyncio.gather(*(site.get(path) for path in ["/sync", "/other"] * 20))
    assert len(opened) == len(set(opened)) <= 3


async def test_a_thread_that_ends_closes_its_connection(
    serve: Serve, database: None, max_age: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = threading.Event()
    kind: Any = type(connections["default"])
    close = kind._close

    def then_tell(wrapper: Any) -> None:
        close(wrapper)
        closed.set()

    monkeypatch.setattr(kind, "_close", then_tell)
    together = threading.Barrier(2, timeout=PATIENCE_S)

    def view(request: HttpRequest) -> HttpResponse:
        together.wait()
        return ask(request)

    site = serve(root=view, BETTERWORKER={"MAX_THREADS": 2, "IDLE_SECONDS": 0.01})
    await asyncio.gather(site.get(), site.get())
    assert await asyncio.to_thread(closed.wait, 20)


@pytest.mark.parametrize("fails", [True, False])
async def test_atomic_requests_keep_what_a_view_did_unless_it_fails(
    serve: Serve, database: None, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        Session.objects.create(session_key="atomic", expire_date=timezone.now())
        if fails:
            raise LookupError
        return HttpResponse()

    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", True)
    await serve(root=view).get()
    removed, _ = await Session.objects.filter(session_key="atomic").adelete()
    assert removed == (0 if fails else 1)


async def test_atomic_requests_and_an_async_view_are_refused_as_in_django(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", True)
    answer = await serve(root=view, DEBUG=True).get()
    assert "You cannot use ATOMIC_REQUESTS with async views" in answer.text


@both
def test_called_from_a_sync_test_views_run_in_its_thread(serve: Serve, view: Any) -> None:
    """In whose transaction it has put what they are to find."""
    seen: list[int] = []

    def note(request: HttpRequest) -> HttpResponse:
        seen.append(threading.get_ident())
        return HttpResponse()

    async def note_from_async(request: HttpRequest) -> HttpResponse:
        return await sync_to_async(note)(request)

    site: Site = serve(root=note if view is ask else note_from_async)
    async_to_sync(site.get)()
    assert seen == [threading.get_ident()]

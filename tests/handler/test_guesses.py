from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from django import VERSION
from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.middleware import RemoteUserMiddleware
from django.http import HttpResponse
from django.urls import path
from django.utils import translation

from betterworker.handler import hints
from betterworker.handler.exchange import Exchange
from betterworker.handler.hints import Hints
from tests.handler.project.client import scope
from tests.handler.project.sites import STARTPROJECT, urlconf

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from tests.handler.conftest import Serve


async def where_async(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"async {asyncio.get_running_loop() is not None} {translation.get_language()}")


def where_sync(request: HttpRequest) -> HttpResponse:
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()
    return HttpResponse(f"sync {translation.get_language()}")


class Elsewhere:
    """Chooses other URLs, as for a host of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.urlconf = urlconf(path("", other_view), path("new", other_view))  # type: ignore[assignment]
        return self.get_response(request)


other_view: Any = where_async


@pytest.fixture
def lanes(monkeypatch: pytest.MonkeyPatch) -> list[Exchange]:
    """The requests that were taken for sync."""
    begun: list[Exchange] = []
    begin = Exchange.begin

    async def counted(exchange: Exchange) -> Any:
        begun.append(exchange)
        return await begin(exchange)

    monkeypatch.setattr(Exchange, "begin", counted)
    return begun


@pytest.mark.parametrize(("guessed", "real"), [(where_sync, where_async), (where_async, where_sync)])
async def test_a_wrong_guess_gives_the_right_answer_and_is_made_once(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, lanes: list[Exchange], guessed: Any, real: Any
) -> None:
    monkeypatch.setitem(globals(), "other_view", real)
    site = serve(root=guessed, through=[*STARTPROJECT, Elsewhere])
    kind = "async" if real is where_async else "sync"
    for _ in range(3):
        assert (await site.get()).text.startswith(kind)
    assert len(lanes) == (1 if kind == "async" else 2)


async def test_urls_that_only_middleware_knows_are_served(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "other_view", where_async)
    assert (await serve(root=where_sync, through=[Elsewhere]).get("/new")).status == 200


@pytest.mark.parametrize("view", [where_sync, where_async])
async def test_i18n_patterns_are_guessed_in_their_language(
    serve: Serve, lanes: list[Exchange], view: Any
) -> None:
    site = serve(
        *i18n_patterns(path("page", view)),
        through=["django.middleware.locale.LocaleMiddleware"],
        LANGUAGES=[("en", "English"), ("de", "German")],
    )
    answer = await site.get("/de/page")
    assert answer.text.endswith("de")
    assert answer.headers["content-language"] == "de"
    assert len(lanes) == (1 if view is where_sync else 0)
    assert translation.get_language() == "en-us"


async def test_a_path_that_has_become_another_view_is_guessed_anew(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, lanes: list[Exchange]
) -> None:
    monkeypatch.setitem(globals(), "other_view", where_sync)
    site = serve(through=[*STARTPROJECT, Elsewhere])
    await site.get("/new")
    monkeypatch.setitem(globals(), "other_view", where_async)
    await site.get("/new")
    lanes.clear()
    assert (await site.get("/new")).text.startswith("async")
    assert lanes == []


async def test_the_guess_is_made_below_the_servers_prefix(serve: Serve, lanes: list[Exchange]) -> None:
    site = serve(page=where_async)
    assert (await site.get("/below/page", root_path="/below")).status == 200
    assert lanes == []


async def test_urls_that_cannot_be_imported_fail_in_the_request_as_in_django(serve: Serve) -> None:
    site = serve(ROOT_URLCONF="tests.handler.project.there_is_none")
    with pytest.raises(ModuleNotFoundError):
        await site.get()


async def test_what_a_path_was_is_kept_for_so_many_and_no_more(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def view(request: HttpRequest, name: str) -> HttpResponse:
        return HttpResponse(name)

    monkeypatch.setattr(hints, "MOST", 10)
    site = serve(path("<name>", view))
    for number in range(25):
        assert (await site.get(f"/{number}")).text == str(number)
    assert (await site.get("/" + "x" * 10_000)).status == 200
    assert len(site.application.hints) <= 10


def test_an_unknown_path_is_taken_for_sync(serve: Serve) -> None:
    serve(root=where_async)
    assert not Hints().is_async(scope("/nothing"))


@pytest.mark.skipif(VERSION >= (6, 1), reason="Both of its forms are the same.")
def test_remote_user_middleware_is_served_in_its_async_form_as_by_django(serve: Serve) -> None:
    site = serve(root=where_sync, through=[*STARTPROJECT, RemoteUser])
    assert site.application.hints.is_async(scope("/"))
    assert not serve(root=where_sync, through=STARTPROJECT).application.hints.is_async(scope("/"))


class RemoteUser(RemoteUserMiddleware):
    pass

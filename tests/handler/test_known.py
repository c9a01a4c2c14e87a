from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.backends.signed_cookies import SessionStore as SessionStore
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils.deprecation import MiddlewareMixin
from django.views.decorators.csrf import csrf_exempt

from betterworker.handler.known import KNOWN, free_hooks
from betterworker.handler.segment import has_plain_hooks
from tests.handler.project.sites import STARTPROJECT
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from tests.handler.conftest import Serve


class Subclass(SecurityMiddleware):
    pass


class Unknown(MiddlewareMixin):
    """Must not be run by the loop."""

    def process_request(self, request: HttpRequest) -> None:
        _off_the_loop()

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        _off_the_loop()

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        _off_the_loop()
        return response


class AlsoUnknown(Unknown):
    pass


def _off_the_loop() -> None:
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()


@pytest.fixture
def hops(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    done: list[Any] = []
    run = asyncio.BaseEventLoop.run_in_executor

    def counted(loop: Any, executor: Any, work: Any, *args: Any) -> Any:
        done.append(work)
        return run(loop, executor, work, *args)

    monkeypatch.setattr(asyncio.BaseEventLoop, "run_in_executor", counted)
    return done


async def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@csrf_exempt
async def exempt(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


async def tells(request: HttpRequest) -> HttpResponse:
    messages.info(request, "hello")
    return HttpResponse()


def _inside(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def test_middleware_is_known_by_its_exact_class() -> None:
    assert free_hooks(SecurityMiddleware(_inside), [])
    assert not free_hooks(Subclass(_inside), [])
    assert not free_hooks(LocaleMiddleware(_inside), [])


def test_what_the_sites_owner_says_is_known_too() -> None:
    path = "django.middleware.locale.LocaleMiddleware"
    assert free_hooks(LocaleMiddleware(_inside), [path])


@pytest.mark.parametrize("path", KNOWN)
def test_each_that_is_known_is_there_and_is_its_hooks(path: str) -> None:
    module, _, name = path.rpartition(".")
    found = getattr(__import__(module, fromlist=[name]), name)
    assert has_plain_hooks(found)
    assert f"{found.__module__}.{found.__qualname__}" == path


def test_a_project_without_djangos_auth_is_served() -> None:
    code = (
        "from django.conf import settings\n"
        "settings.configure(ROOT_URLCONF='x', MIDDLEWARE=['django.middleware.common.CommonMiddleware'])\n"
        "from betterworker.handler import get_asgi_application\n"
        "get_asgi_application()\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=PATIENCE_S)


# Hops: each way where needed, and one for closing where a thread was used.
@pytest.mark.parametrize(
    ("through", "expected"),
    [
        ([*STARTPROJECT], 0),
        ([Unknown], 4),
        ([Unknown, AlsoUnknown, Unknown], 4),
        ([*STARTPROJECT, Unknown, AlsoUnknown], 4),
        ([Unknown, *STARTPROJECT, AlsoUnknown], 4),
        ([*STARTPROJECT, Subclass], 3),
        (["django.middleware.locale.LocaleMiddleware", *STARTPROJECT], 3),
    ],
)
async def test_a_run_of_unknown_middleware_costs_one_hop_each_way(
    serve: Serve, hops: list[Any], through: list[Any], expected: int
) -> None:
    site = serve(root=view, through=through)
    assert (await site.get()).status == 200
    assert len(hops) == expected


@pytest.mark.parametrize(("target", "expected"), [(view, 2), (exempt, 0)])
async def test_a_post_is_checked_for_forgery_in_a_thread_unless_the_view_is_exempt(
    serve: Serve, hops: list[Any], target: Any, expected: int
) -> None:
    site = serve(root=target, through=STARTPROJECT)
    cookie = "csrftoken=" + "a" * 32
    await site.post(headers={"cookie": cookie, "x-csrftoken": "a" * 32})
    assert len(hops) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, 0),
        ({"SESSION_SAVE_EVERY_REQUEST": True, "SESSION_ENGINE": "django.contrib.sessions.backends.cache"}, 2),
        ({"SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies"}, 0),
        ({"SESSION_ENGINE": f"{__name__}"}, 3),
        ({"CSRF_USE_SESSIONS": True, "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies"}, 3),
    ],
)
async def test_what_middleware_does_depends_on_the_settings(
    serve: Serve, hops: list[Any], changed: dict[str, Any], expected: int
) -> None:
    site = serve(root=view, through=STARTPROJECT, **changed)
    assert (await site.get()).status == 200
    assert len(hops) == expected


async def test_messages_that_are_to_be_stored_cost_a_hop(serve: Serve, hops: list[Any]) -> None:
    site = serve(
        root=tells,
        through=STARTPROJECT,
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
    )
    assert "messages" in (await site.get()).headers["set-cookie"]
    assert len(hops) == 2


def test_a_request_without_messages_stores_none() -> None:
    free = free_hooks(MessageMiddleware(_inside), [])["process_response"]
    assert free(HttpRequest(), HttpResponse())

"""A small project as real servers serve it, in the handler.

Views and tests tell each other by files in a folder what has happened, and what may: whatever waits, waits
for a file that the test makes.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.asgi import get_asgi_application as stock
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path

from betterworker.handler import get_asgi_application

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

FOLDER = Path(os.environ.get("BETTERWORKER_TEST_FOLDER", "."))
PART = b"x" * 65_536
POLL_S = 0.005


def happened(name: str) -> None:
    (FOLDER / name).touch()


def wait_for(name: str) -> None:
    while not (FOLDER / name).exists():
        time.sleep(POLL_S)


async def wait_for_async(name: str) -> None:
    while not (FOLDER / name).exists():  # noqa: ASYNC110 - made by another process
        await asyncio.sleep(POLL_S)


def answer() -> JsonResponse:
    return JsonResponse({"pid": os.getpid()}, headers={"X-Pid": str(os.getpid())})


def ready(request: HttpRequest) -> HttpResponse:
    return answer()


async def ready_async(request: HttpRequest) -> HttpResponse:
    return answer()


def held(request: HttpRequest, name: str) -> HttpResponse:
    happened(f"{name}-begun")
    wait_for(f"{name}-go")
    return answer()


async def held_async(request: HttpRequest, name: str) -> HttpResponse:
    happened(f"{name}-begun")
    try:
        await wait_for_async(f"{name}-go")
    except asyncio.CancelledError:
        happened(f"{name}-cancelled")
        raise
    return answer()


def two_parts(request: HttpRequest, name: str) -> StreamingHttpResponse:
    def parts() -> Iterator[bytes]:
        yield b"first\n"
        wait_for(f"{name}-go")
        yield b"second\n"

    return StreamingHttpResponse(parts())


async def two_parts_async(request: HttpRequest, name: str) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"first\n"
        await wait_for_async(f"{name}-go")
        yield b"second\n"

    return StreamingHttpResponse(parts())


def endless(request: HttpRequest, name: str) -> StreamingHttpResponse:
    def parts() -> Iterator[bytes]:
        try:
            while True:
                yield PART
        finally:
            happened(f"{name}-closed")

    return StreamingHttpResponse(parts())


async def endless_async(request: HttpRequest, name: str) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[bytes]:
        try:
            while True:
                yield PART
                await asyncio.sleep(0)
        finally:
            happened(f"{name}-closed")

    return StreamingHttpResponse(parts())


def upload(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"bytes": len(request.body)})


async def upload_async(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"bytes": len(request.body)})


urlpatterns = [
    path("ready", ready),
    path("sync/ready", ready),
    path("async/ready", ready_async),
    path("sync/held/<name>", held),
    path("async/held/<name>", held_async),
    path("sync/two-parts/<name>", two_parts),
    path("async/two-parts/<name>", two_parts_async),
    path("sync/endless/<name>", endless),
    path("async/endless/<name>", endless_async),
    path("sync/upload", upload),
    path("async/upload", upload_async),
]

if os.environ.get("BETTERWORKER_TEST_FOLDER"):
    settings.configure(
        SECRET_KEY="for tests",
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["*"],
        DATA_UPLOAD_MAX_MEMORY_SIZE=None,
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    )
    application = (stock if os.environ.get("BETTERWORKER_TEST_STOCK") else get_asgi_application)()

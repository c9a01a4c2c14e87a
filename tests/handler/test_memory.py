from __future__ import annotations

import asyncio
import gc
import weakref
from typing import TYPE_CHECKING, Any

import pytest
from asgiref.sync import SyncToAsync, sync_to_async
from django.http import HttpResponse

from tests.handler.project.sites import STARTPROJECT

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tests.handler.conftest import Serve


class Kept:
    def __init__(self) -> None:
        self.requests: list[weakref.ref[Any]] = []

    def sync_view(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(weakref.ref(request))
        return HttpResponse()

    async def async_view(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(weakref.ref(request))
        return HttpResponse()

    async def hops(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(weakref.ref(request))
        await sync_to_async(int)()
        return HttpResponse()

    async def fails(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(weakref.ref(request))
        raise LookupError

    @property
    def alive(self) -> int:
        return sum(each() is not None for each in self.requests)


@pytest.mark.parametrize("view", ["sync_view", "async_view", "hops", "fails"])
async def test_nothing_of_a_request_stays(serve: Serve, view: str, silence: None) -> None:
    kept = Kept()
    site = serve(root=getattr(kept, view), through=STARTPROJECT)
    for _ in range(20):
        await site.get()
    for _ in range(100):
        gc.collect()
        if not kept.alive:
            break
        # A thread is still on its way to the next request.
        await asyncio.sleep(0.01)
    assert kept.alive == 0
    assert len(SyncToAsync.context_to_thread_executor) == 0
    assert not site.application._mail or not site.application._mail._post

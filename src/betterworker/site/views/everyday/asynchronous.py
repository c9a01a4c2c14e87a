"""The ``async def`` views that take a file, stream, write, and log in."""

from __future__ import annotations

from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.contrib import auth
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_POST

from betterworker.site.views.everyday import common
from betterworker.site.views.naming import named_async


@named_async("async/upload")
@require_POST
async def upload(request: HttpRequest) -> HttpResponse:
    return common.received(request)


@named_async("async/stream")
async def stream(_request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(chunks(), content_type="text/csv")


async def chunks() -> AsyncIterator[bytes]:
    for number in range(common.CHUNKS):
        yield common.chunk(number)


# Django has no async transactions: its documentation says to put one into a sync function.
@named_async("async/orm-write")
@require_POST
async def orm_write(_request: HttpRequest) -> HttpResponse:
    return await sync_to_async(common.written)()


# Django 5.2 computes the password's hash on the event loop: its process serves nothing else meanwhile.
@named_async("async/login")
@require_POST
async def login(request: HttpRequest) -> HttpResponse:
    user = await auth.aauthenticate(request, **common.credentials(request))
    if user is None:
        return common.refused()
    await auth.alogin(request, user)
    return common.welcome(user.get_username())

"""The ``def`` views that take a file, stream, write, and log in."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_POST

from betterworker.site.views.everyday import common
from betterworker.site.views.naming import named


@named("sync/upload")
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    return common.received(request)


@named("sync/stream")
def stream(_request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(chunks(), content_type="text/csv")


def chunks() -> Iterator[bytes]:
    for number in range(common.CHUNKS):
        yield common.chunk(number)


@named("sync/orm-write")
@require_POST
def orm_write(_request: HttpRequest) -> HttpResponse:
    return common.written()


@named("sync/login")
@require_POST
def login(request: HttpRequest) -> HttpResponse:
    user = auth.authenticate(request, **common.credentials(request))
    if user is None:
        return common.refused()
    auth.login(request, user)
    return common.welcome(user.get_username())

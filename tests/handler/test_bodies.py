from __future__ import annotations

import io
import tempfile
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, TemporaryUploadedFile
from django.http import HttpResponse

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tests.handler.conftest import Serve

LIMIT = 1000


def multipart(size: int) -> tuple[bytes, dict[str, str]]:
    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="f.bin"\r\n\r\n'
    body = head + b"x" * size + b"\r\n--edge--\r\n"
    return body, {"content-type": "multipart/form-data; boundary=edge", "content-length": str(len(body))}


class Seen:
    def __init__(self) -> None:
        self.streams: list[Any] = []
        self.uploads: list[Any] = []

    def view(self, request: HttpRequest) -> HttpResponse:
        self.streams.append(request._stream)
        self.uploads.extend(request.FILES.values())
        return HttpResponse(",".join(str(each.size) for each in self.uploads))

    async def async_view(self, request: HttpRequest) -> HttpResponse:
        return self.view(request)


async def test_a_body_in_parts_is_put_together(serve: Serve) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.body)

    conversation = serve(root=view).open(method="POST")
    conversation.say(b"one ", more=True)
    conversation.say(b"", more=True)
    conversation.say(b"two")
    assert (await conversation.answer()).body == b"one two"


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize(("size", "kind"), [(10, InMemoryUploadedFile), (5 * LIMIT, TemporaryUploadedFile)])
async def test_uploads_are_received_and_closed(
    serve: Serve, size: int, kind: type[Any], is_async: bool
) -> None:
    seen = Seen()
    site = serve(root=seen.async_view if is_async else seen.view, FILE_UPLOAD_MAX_MEMORY_SIZE=LIMIT)
    body, headers = multipart(size)
    conversation = site.open(method="POST", headers=headers)
    for start in range(0, len(body), 700):
        conversation.say(body[start : start + 700], more=True)
    conversation.say()
    assert (await conversation.answer()).text == str(size)
    assert [type(each) for each in seen.uploads] == [kind]
    assert all(each.closed for each in [*seen.streams, *seen.uploads])


async def test_a_large_body_in_parts_is_kept_in_a_file(serve: Serve) -> None:
    rolled: list[bool] = []

    def view(request: HttpRequest) -> HttpResponse:
        stream: Any = request._stream
        rolled.append(stream._rolled)
        return HttpResponse()

    site = serve(root=view, FILE_UPLOAD_MAX_MEMORY_SIZE=LIMIT)
    for size in (10, 2 * LIMIT):
        conversation = site.open(method="POST")
        conversation.say(b"x" * size, more=True)
        conversation.say()
        await conversation.over()
    assert rolled == [False, True]


async def test_an_ordinary_request_needs_no_file_object_of_the_systems(serve: Serve) -> None:
    seen = Seen()
    await serve(root=seen.view).get()
    assert isinstance(seen.streams[0], io.BytesIO)


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was made to keep bodies in."""
    made: list[Any] = []
    kind = tempfile.SpooledTemporaryFile

    def make(*args: Any) -> Any:
        made.append(kind(*args))
        return made[-1]

    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", make)
    return made


async def test_a_body_is_closed_whose_client_leaves_before_its_end(serve: Serve, files: list[Any]) -> None:
    conversation = serve(root=Seen().view).open(method="POST")
    conversation.say(b"half", more=True)
    conversation.leave()
    await conversation.over()
    assert [each.closed for each in files] == [True]


async def test_a_body_is_closed_whose_client_leaves_while_it_waits_for_a_thread(
    serve: Serve, files: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = serve(root=Seen().view)
    monkeypatch.setattr(site.pool, "submit", lambda begin: None)
    monkeypatch.setattr(site.pool, "withdraw", lambda begin: True)
    conversation = site.open(method="POST")
    conversation.say(b"half", more=True)
    conversation.say(b"half")
    conversation.leave()
    await conversation.over()
    assert [each.closed for each in files] == [True]

from __future__ import annotations

import json
from collections.abc import Callable
from typing import cast
from zlib import crc32

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext

from betterworker.site import visitor
from betterworker.site.models import Entry
from betterworker.site.prepare import prepare
from betterworker.site.views.everyday import common

Post = Callable[..., HttpResponse]
TOKEN = "t" * 32
LOGIN = {"username": visitor.NAME, "password": visitor.PASSWORD}

both_modes = pytest.mark.parametrize("mode", ["sync", "async"])


def over_wsgi(path: str, data: dict[str, object] | None = None, token: str = TOKEN) -> HttpResponse:
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = TOKEN
    return cast("HttpResponse", client.post(path, data or {}, headers={"X-CSRFToken": token}))


def over_asgi(path: str, data: dict[str, object] | None = None, token: str = TOKEN) -> HttpResponse:
    client = AsyncClient(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = TOKEN
    answer = async_to_sync(client.post)(path, data or {}, headers={"X-CSRFToken": token})
    return cast("HttpResponse", answer)


@pytest.fixture(params=[over_wsgi, over_asgi])
def post(request: pytest.FixtureRequest) -> Post:
    """Post a form as a browser would, over each of Django's two handlers."""
    send: Post = request.param
    return send


def a_file(size: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("upload.bin", b"0123456789" * (size // 10))


@both_modes
@pytest.mark.parametrize("size", [100, 102_400, 10_000_000])
def test_an_upload_is_answered_with_its_size_and_checksum(post: Post, mode: str, size: int) -> None:
    response = post(f"/{mode}/upload", {"file": a_file(size)})
    content = b"0123456789" * (size // 10)
    assert json.loads(response.content) == {"bytes": len(content), "crc32": crc32(content)}
    assert response["X-View"] == f"{mode}/upload"


@both_modes
def test_an_upload_without_a_file_is_a_bad_request(post: Post, mode: str) -> None:
    assert post(f"/{mode}/upload", {"other": "field"}).status_code == 400


@both_modes
@pytest.mark.parametrize("name", ["upload", "orm-write", "login"])
def test_a_post_with_the_wrong_token_is_forbidden(post: Post, mode: str, name: str) -> None:
    assert post(f"/{mode}/{name}", token="x" * 32).status_code == 403


@both_modes
@pytest.mark.parametrize("name", ["upload", "orm-write", "login"])
def test_what_changes_something_cannot_be_fetched(
    get: Callable[[str], HttpResponse], mode: str, name: str
) -> None:
    assert get(f"/{mode}/{name}").status_code == 405


@both_modes
def test_a_write_leaves_one_row_inserted_and_updated(post: Post, mode: str) -> None:
    Entry.objects.all().delete()
    response = post(f"/{mode}/orm-write")
    assert json.loads(response.content) == {"inserted": 1, "updated": 1}
    assert response["X-View"] == f"{mode}/orm-write"
    assert [(entry.name, entry.value) for entry in Entry.objects.all()] == [("written", 1)]


def test_a_write_is_one_transaction_of_two_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "KEPT", 10**9)
    with CaptureQueriesContext(connection) as queries:
        common.written()
    assert [query["sql"].split()[0] for query in queries] == ["BEGIN", "INSERT", "UPDATE", "COMMIT"]


def test_old_rows_are_deleted_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "KEPT", 5)
    for _ in range(30):
        common.written()
    assert 5 <= Entry.objects.count() < 10


@both_modes
def test_a_login_writes_a_session_of_its_user(post: Post, mode: str) -> None:
    response = post(f"/{mode}/login", dict(LOGIN))
    assert json.loads(response.content) == {"user": visitor.NAME}
    assert response["X-View"] == f"{mode}/login"
    session = Session.objects.get(pk=response.cookies["sessionid"].value)
    assert session.get_decoded()["_auth_user_id"] == str(User.objects.get(username=visitor.NAME).pk)


@both_modes
def test_a_wrong_password_opens_no_session(post: Post, mode: str) -> None:
    response = post(f"/{mode}/login", {**LOGIN, "password": "wrong"})
    assert response.status_code == 403
    assert "sessionid" not in response.cookies


def test_the_password_is_hashed_as_django_does_by_default() -> None:
    assert User.objects.get(username=visitor.NAME).password.startswith("pbkdf2_sha256$")


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
@both_modes
def test_a_stream_is_one_megabyte_in_16_chunks(mode: str) -> None:
    response = Client().get(f"/{mode}/stream")
    chunks = list(cast("list[bytes]", response))
    assert [len(chunk) for chunk in chunks] == [65_536] * 16
    assert crc32(b"".join(chunks)) == 0xBD03F495
    assert (response["X-View"], response.has_header("Content-Length")) == (f"{mode}/stream", False)


@pytest.mark.parametrize(("mode", "is_async"), [("sync", False), ("async", True)])
def test_a_view_streams_with_an_iterator_of_its_own_kind(mode: str, is_async: bool) -> None:
    response = cast("StreamingHttpResponse", Client().get(f"/{mode}/stream"))
    assert response.is_async is is_async


def test_chunks_are_made_as_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def chunk(number: int) -> bytes:
        made.append(number)
        return b"chunk"

    monkeypatch.setattr(common, "chunk", chunk)
    stream = iter(Client().get("/sync/stream"))
    next(stream)
    assert made == [0]


def test_preparing_clears_what_was_written_and_keeps_the_password() -> None:
    before = User.objects.get(username=visitor.NAME).password
    common.written()
    Session.objects.create(session_key="old", session_data="", expire_date="2030-01-01T00:00Z")
    prepare()
    assert (Entry.objects.count(), Session.objects.count()) == (0, 0)
    assert User.objects.get(username=visitor.NAME).password == before

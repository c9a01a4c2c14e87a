"""A client in the same process: a GET to a WSGI or an ASGI application, what came back, and when."""

from __future__ import annotations

import asyncio
import io
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import unquote_to_bytes

from .patience import PATIENCE_S

#: A stream is listened to for so long, or until it has sent so much.
LISTEN_S = 2.0
ENOUGH_BYTES = 4_000_000


def browser(host: str, *, https: bool) -> dict[str, str]:
    """The headers of a browser, with ``https`` through a proxy that ends TLS."""
    headers = {
        "Host": host,
        "User-Agent": "Mozilla/5.0 (betterworker)",
        "Accept": "text/html,application/json;q=0.9,*/*;q=0.8",
    }
    return {**headers, "X-Forwarded-Proto": "https"} if https else headers


@dataclass
class Asked:
    """What is sent: a GET of a ``path``, which may have a query, with headers and the cookies that were set
    before. Of two headers of one name the last is sent."""

    path: str
    headers: Iterable[tuple[str, str]]
    cookies: dict[str, str] = field(default_factory=dict)
    https: bool = False

    def sent(self) -> dict[str, str]:
        """By their names in small letters."""
        headers = {name.lower(): value for name, value in self.headers}
        set_before = (f"{name}={value}" for name, value in self.cookies.items())
        cookies = "; ".join(filter(None, (headers.get("cookie"), *set_before)))
        return {**headers, "cookie": cookies} if cookies else headers

    def server(self) -> tuple[str, int]:
        name, _, port = self.sent().get("host", "localhost").partition(":")
        return name, int(port) if port.isdecimal() else 443 if self.https else 80

    def scheme(self) -> str:
        return "https" if self.https else "http"


@dataclass
class Came:
    """``headers`` by their names in small letters; ``length`` is of the body that was listened to, in bytes;
    seconds are from the request on; ``streams``: what makes the body of a stream, ``sync`` or ``async``, as
    WSGI shows it."""

    status: int
    headers: dict[str, str]
    length: int
    seconds: float
    first_s: float
    streams: str = ""


def ask_wsgi(
    application: Any,
    asked: Asked,
    *,
    listen_s: float = LISTEN_S,
    enough_bytes: int = ENOUGH_BYTES,
    of_async: bool = True,
) -> Came:
    """Of an asynchronous body WSGI makes a list, and it may have no end: it is read if ``of_async``. Raises
    what the application raises."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(line: str, given: list[tuple[str, str]], _wrong: Any = None) -> None:
        started.append((line, given))

    begun = time.perf_counter()
    response = application(_environ(asked), start_response)
    first_s, length = 0.0, 0
    streams = _streams(response)
    try:
        for part in response if of_async or streams != "async" else ():
            passed = time.perf_counter() - begun
            length += len(part)
            first_s = first_s or (passed if part else 0)
            if passed > listen_s or length > enough_bytes:
                break
    finally:
        response.close()
    line, headers = started[-1]
    return _came(asked, int(line.split()[0]), headers, length, begun, first_s, streams)


def _streams(response: Any) -> str:
    if not getattr(response, "streaming", False):
        return ""
    return "async" if getattr(response, "is_async", False) else "sync"


def _came(
    asked: Asked,
    status: int,
    headers: list[tuple[str, str]],
    length: int,
    begun: float,
    first_s: float,
    streams: str = "",
) -> Came:
    seconds = time.perf_counter() - begun
    for name, value in headers:
        if name.lower() == "set-cookie":
            asked.cookies.update({key: each.value for key, each in SimpleCookie(value).items()})
    named = {name.lower(): value for name, value in headers}
    return Came(status, named, length, seconds, first_s or seconds, streams)


def _environ(asked: Asked) -> dict[str, Any]:
    path, _, query = asked.path.partition("?")
    name, port = asked.server()
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin1"),
        "QUERY_STRING": query,
        "SERVER_NAME": name,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": asked.scheme(),
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **{f"HTTP_{key.upper().replace('-', '_')}": value for key, value in asked.sent().items()},
    }


async def ask_asgi(application: Any, asked: Asked, *, patience_s: float = PATIENCE_S) -> Came:
    """Raises what the application raises, and TimeoutError."""
    begun = time.perf_counter()
    start: dict[str, Any] = {}
    seen = {"first_s": 0.0, "size": 0}
    enough = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not start.setdefault("asked", False):
            start["asked"] = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
            return
        body = message.get("body", b"")
        passed = time.perf_counter() - begun
        seen["first_s"] = seen["first_s"] or (passed if body else 0.0)
        seen["size"] += len(body)
        if message.get("more_body") and (passed > LISTEN_S or seen["size"] > ENOUGH_BYTES):
            enough.set()
            await asyncio.sleep(0)

    answering = asyncio.ensure_future(application(_scope(asked), receive, send))
    await _until(answering, enough, patience_s)
    if "status" not in start:
        raise TimeoutError("it ended without an answer")
    headers = [(name.decode("latin1"), value.decode("latin1")) for name, value in start.get("headers", ())]
    return _came(asked, start["status"], headers, int(seen["size"]), begun, seen["first_s"])


async def _until(task: Any, enough: asyncio.Event, patience_s: float) -> None:
    """The request has ended, or there is enough of its answer. Raises what it raises, and
    TimeoutError."""
    listened = asyncio.ensure_future(enough.wait())
    await asyncio.wait({task, listened}, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
    listened.cancel()
    if not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=1)
        if not enough.is_set():
            raise TimeoutError(f"no answer within {patience_s:g} s")
    elif not task.cancelled() and task.exception():
        raise task.exception()


def _scope(asked: Asked) -> dict[str, Any]:
    path, _, query = asked.path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": asked.scheme(),
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin1")) for name, value in asked.sent().items()],
        "client": ("127.0.0.1", 50000),
        "server": asked.server(),
    }

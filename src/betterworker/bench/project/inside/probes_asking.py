"""One request to Django's own handlers, in this process: what came back, and when."""

from __future__ import annotations

import asyncio
import concurrent.futures
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

#: A request that takes longer is left alone, with the thread it runs in.
PATIENCE_S = 10.0
#: A stream is listened to for so long, or until it has sent so much.
LISTEN_S = 2.0
ENOUGH_BYTES = 4_000_000
T = TypeVar("T")


class Unanswered(Exception):
    """Within the patience."""


@dataclass
class Asked:
    """What is sent: a GET, with headers and the cookies that were set before."""

    path: str
    headers: list[tuple[str, str]]
    cookies: dict[str, str] = field(default_factory=dict)

    def all_headers(self) -> list[tuple[str, str]]:
        given = [value for name, value in self.headers if name.lower() == "cookie"]
        set_before = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        cookie = "; ".join(filter(None, (*given, set_before)))
        others = [(name, value) for name, value in self.headers if name.lower() != "cookie"]
        return [*others, ("Cookie", cookie)] if cookie else others

    def keep(self, set_cookie: str) -> None:
        self.cookies.update({name: each.value for name, each in SimpleCookie(set_cookie).items()})


@dataclass
class Came:
    """``streams``: what makes the body of a stream, ``sync`` or ``async``; seconds from the request on."""

    status: int
    seconds: float
    first_s: float
    location: str = ""
    streams: str = ""


class Lane:
    """A thread that is given up where what runs on it does not end."""

    def __init__(self) -> None:
        self._pool = concurrent.futures.ThreadPoolExecutor(1)

    def run(self, job: Callable[[], T]) -> T:
        """Raises Unanswered, and what the job raises."""
        future = self._pool.submit(job)
        if not concurrent.futures.wait([future], timeout=PATIENCE_S).done:
            self._pool.shutdown(wait=False)
            self._pool = concurrent.futures.ThreadPoolExecutor(1)
            raise Unanswered
        return future.result()


def ask_wsgi(application: Any, asked: Asked) -> Came:
    status: list[int] = []
    headers: list[tuple[str, str]] = []

    def start_response(line: str, given: list[tuple[str, str]], _wrong: Any = None) -> None:
        status.append(int(line.split()[0]))
        headers.extend(given)

    begun = time.perf_counter()
    response = application(_environ(asked), start_response)
    try:
        first_s = _listen(response, begun)
    finally:
        response.close()
    return _came(asked, status[0], headers, begun, first_s, _streams(response))


def _listen(response: Any, begun: float) -> float:
    """To the first byte."""
    first_s, size = 0.0, 0
    for part in response:
        passed = time.perf_counter() - begun
        size += len(part)
        first_s = first_s or (passed if part else 0)
        if passed > LISTEN_S or size > ENOUGH_BYTES:
            break
    return first_s


def _streams(response: Any) -> str:
    if not getattr(response, "streaming", False):
        return ""
    return "async" if getattr(response, "is_async", False) else "sync"


def _came(
    asked: Asked, status: int, headers: list[tuple[str, str]], begun: float, first_s: float, streams: str = ""
) -> Came:
    seconds = time.perf_counter() - begun
    for name, value in headers:
        if name.lower() == "set-cookie":
            asked.keep(value)
    location = next((value for name, value in headers if name.lower() == "location"), "")
    return Came(status, seconds, first_s or seconds, location, streams)


def _environ(asked: Asked) -> dict[str, Any]:
    path, _, query = asked.path.partition("?")
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in asked.all_headers()}
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": _Nowhere(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **named,
    }


class _Nowhere:
    def write(self, _text: str) -> None:
        pass

    def flush(self) -> None:
        pass


async def ask_asgi(application: Any, asked: Asked) -> Came:
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

    await _until(asyncio.ensure_future(application(_scope(asked), receive, send)), enough)
    if "status" not in start:
        raise Unanswered
    headers = [(name.decode("latin1"), value.decode("latin1")) for name, value in start.get("headers", ())]
    return _came(asked, start["status"], headers, begun, seen["first_s"])


async def _until(task: Any, enough: asyncio.Event) -> None:
    """The request has ended, or there is enough of its answer. Raises what it raises."""
    listened = asyncio.ensure_future(enough.wait())
    await asyncio.wait({task, listened}, return_when=asyncio.FIRST_COMPLETED)
    listened.cancel()
    if not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=1)
    elif not task.cancelled() and task.exception():
        raise task.exception()


def _scope(asked: Asked) -> dict[str, Any]:
    path, _, query = asked.path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin1")) for name, value in asked.all_headers()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
    }

"""A client in the same process: one GET to a WSGI application, as a browser sends it."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

#: More of an answer is not read.
MOST_BYTES = 20_000_000
ACCEPT = "text/html,application/json;q=0.9,*/*;q=0.8"

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Answer:
    """``headers`` by their names in small letters; ``length`` is of the body in bytes."""

    status: int
    headers: dict[str, str]
    length: int
    streams: bool


def get(
    application: Application,
    path: str,
    *,
    host: str = "localhost",
    https: bool = False,
    headers: Sequence[tuple[str, str]] = (),
) -> Answer:
    """``path`` may have a query. With ``https`` it seems to have come through a proxy that ends TLS."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, sent: list[tuple[str, str]], _error: Any = None) -> Callable[..., None]:
        started.append((status, sent))
        return lambda _data: None

    body = application(_environ(path, host, https, headers), start_response)
    try:
        # Of an asynchronous body WSGI would make a list, and it may have no end.
        streams = bool(getattr(body, "streaming", False))
        length = 0 if getattr(body, "is_async", False) else _length(body)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
    status, sent = started[-1]
    return Answer(int(status.split()[0]), {name.lower(): value for name, value in sent}, length, streams)


def _length(body: Iterable[bytes]) -> int:
    total = 0
    for part in body:
        total += len(part)
        if total > MOST_BYTES:
            break
    return total


def _environ(path: str, host: str, https: bool, headers: Sequence[tuple[str, str]]) -> dict[str, Any]:
    plain, _, query = path.partition("?")
    name, _, port = host.partition(":")
    given = [("Host", host), ("User-Agent", "Mozilla/5.0 (betterworker)"), ("Accept", ACCEPT)]
    if https:
        given.append(("X-Forwarded-Proto", "https"))
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(plain).decode("latin1"),
        "QUERY_STRING": query,
        "SERVER_NAME": name,
        "SERVER_PORT": port or ("443" if https else "80"),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https" if https else "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **{f"HTTP_{key.upper().replace('-', '_')}": value for key, value in (*given, *headers)},
    }

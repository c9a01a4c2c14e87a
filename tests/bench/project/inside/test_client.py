from __future__ import annotations

import asyncio
from typing import Any

import pytest

from betterworker.bench.project.inside.client import Asked, ask_asgi, ask_wsgi, browser


def echoed(asked: Asked) -> tuple[dict[str, Any], dict[str, Any]]:
    """As WSGI and as ASGI have the request."""
    seen: list[dict[str, Any]] = []

    class Body(list[bytes]):
        def close(self) -> None: ...

    def wsgi(environ: dict[str, Any], start_response: Any) -> Body:
        seen.append(environ)
        start_response("204 No Content", [])
        return Body()

    async def asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
        seen.append(scope)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    assert ask_wsgi(wsgi, asked).status == asyncio.run(ask_asgi(asgi, asked)).status == 204
    return seen[0], seen[1]


def test_both_interfaces_are_sent_the_same_request() -> None:
    headers = [
        *browser("www.example.com", https=True).items(),
        ("HOST", "example.com:8443"),
        ("Cookie", "a=1"),
    ]
    environ, scope = echoed(Asked("/caf%C3%A9/?page=2", headers, {"b": "2"}, https=True))
    assert (environ["PATH_INFO"].encode("latin1").decode(), environ["QUERY_STRING"]) == ("/café/", "page=2")
    assert (scope["path"], scope["query_string"]) == ("/café/", b"page=2")
    assert environ["wsgi.url_scheme"] == scope["scheme"] == "https"
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("example.com", "8443")
    assert scope["server"] == ("example.com", 8443)
    sent = {
        f"HTTP_{name.decode().upper().replace('-', '_')}": text.decode() for name, text in scope["headers"]
    }
    assert sent == {name: text for name, text in environ.items() if name.startswith("HTTP_")}
    assert (sent["HTTP_COOKIE"], sent["HTTP_HOST"]) == ("a=1; b=2", "example.com:8443")
    assert sent["HTTP_X_FORWARDED_PROTO"] == "https"


def test_an_application_that_waits_is_cancelled() -> None:
    ended: list[str] = []

    async def waits(*_: Any) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    with pytest.raises(TimeoutError, match=r"no answer within 0\.1 s"):
        asyncio.run(ask_asgi(waits, Asked("/", []), patience_s=0.1))
    assert ended == ["cancelled"]


def test_an_application_that_says_nothing_has_not_answered() -> None:
    async def nothing(*_: Any) -> None: ...

    with pytest.raises(TimeoutError, match="ended without an answer"):
        asyncio.run(ask_asgi(nothing, Asked("/", [])))

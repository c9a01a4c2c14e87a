"""A server's side of one exchange, in memory, strict about the order of messages."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: Servers hand a body over in parts.
_PART = 2**16

Scope = dict[str, Any]


class Wire:
    """``receive`` and ``send`` for an ASGI application, and what became of the request."""

    def __init__(self, body: bytes) -> None:
        self._unread: bytes | None = body
        self._started = False
        self._ended = False
        self.sent: list[bytes] = []
        #: Put here by the routed handler.
        self.request: HttpRequest | None = None
        self.response: HttpResponseBase | None = None

    async def receive(self) -> Mapping[str, Any]:
        if self._unread is None:
            await asyncio.Event().wait()  # The client stays to the end.
        assert self._unread is not None
        part, rest = self._unread[:_PART], self._unread[_PART:]
        self._unread = rest or None
        return {"type": "http.request", "body": part, "more_body": bool(rest)}

    async def send(self, message: Mapping[str, Any]) -> None:
        assert not self._ended, f"sent after the end: {message['type']}"
        if not self._started:
            assert message["type"] == "http.response.start", message["type"]
            _check_head(message)
            self._started = True
            return
        assert message["type"] == "http.response.body", message["type"]
        part = message.get("body", b"")
        assert isinstance(part, bytes), type(part)
        if part:
            self.sent.append(part)
        self._ended = not message.get("more_body", False)

    def check_ended(self) -> None:
        assert self._ended, "the response has no end"


class WiredScope(Scope):
    """A scope that tells the handler's test double whose it is."""

    wire: Wire
    enforces_csrf = True


def _check_head(message: Mapping[str, Any]) -> None:
    assert isinstance(message["status"], int), message["status"]
    for name, value in message["headers"]:
        assert isinstance(name, bytes), name
        assert isinstance(value, bytes), value

"""Keeps the first answer of a run whole, so that its content can be checked and not only its length."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from httptools import HttpResponseParser

from betterworker.bench.load.spec import FirstReply

if TYPE_CHECKING:
    from betterworker.bench.load.connection import User


class Recorder:
    """Parser callbacks for a connection's first answer; afterwards the user listens to the parser itself."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.headers: list[tuple[str, str]] = []
        self.body = bytearray()

    @property
    def undelimited(self) -> bool:
        """Whether the answer under way has neither a length nor chunks."""
        names = {name for name, _ in self.headers}
        return bool(names) and names.isdisjoint({"content-length", "transfer-encoding"})

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.decode("latin-1").lower(), value.decode("latin-1")))

    def on_body(self, body: bytes) -> None:
        self.body += body
        self.user.on_body(body)

    def on_message_complete(self) -> None:
        user = self.user
        if user.tally.first is None:
            user.tally.undelimited = self.undelimited
            user.tally.first = FirstReply(
                status=user.parser.get_status_code(),
                headers=tuple(self.headers),
                body=base64.b64encode(self.body).decode("ascii"),
            )
        user.on_message_complete()
        user.listener = user
        user.parser = HttpResponseParser(user)

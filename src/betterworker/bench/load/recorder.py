"""Keeps the first answer of a run whole, so that its content can be checked and not only its length."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from betterworker.bench.load.spec import FirstReply

if TYPE_CHECKING:
    from betterworker.bench.load.connection import Connection
    from betterworker.bench.load.firstbyte import FirstByte


class Recorder:
    """Parser callbacks for a connection's first answer, passed on to ``heard``, who listens afterwards."""

    def __init__(self, connection: Connection, heard: Connection | FirstByte) -> None:
        self.connection = connection
        self.heard = heard
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
        self.heard.on_body(body)

    def on_message_complete(self) -> None:
        connection = self.connection
        tally = connection.tally
        if tally.part.first is None:
            tally.part.undelimited = self.undelimited
            tally.part.first = FirstReply(
                status=connection.parser.get_status_code(),
                headers=tuple(self.headers),
                body=base64.b64encode(self.body).decode("ascii"),
                kind=tally.index,
            )
        self.heard.on_message_complete()
        if connection.listener is self:  # not when it went on with another kind's first request
            connection.listen()

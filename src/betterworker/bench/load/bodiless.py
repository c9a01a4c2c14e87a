"""Hears the answer to a HEAD, which ends with its headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from httptools import HttpResponseParser

from betterworker.bench.load.recorder import Recorder

if TYPE_CHECKING:
    from betterworker.bench.load.connection import Connection
    from betterworker.bench.load.firstbyte import FirstByte


class Bodiless:
    """Parser callbacks for one answer. Its parser is of no use afterwards: it waits for the body whose length
    the headers tell (RFC 9110, 9.3.2)."""

    undelimited = False

    def __init__(self, connection: Connection, heard: Connection | FirstByte | Recorder) -> None:
        self.connection = connection
        self.heard = heard
        self.closes = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"connection":
            self.closes = b"close" in value.lower()
        if isinstance(self.heard, Recorder):
            self.heard.on_header(name, value)

    def on_headers_complete(self) -> None:
        self.heard.on_message_complete()
        if self.connection.listener is self:  # not when it went on with a request that is heard otherwise
            self.connection.listen()

    def on_message_complete(self) -> None:
        """Was told at the end of the headers."""


class HeadParser(HttpResponseParser):
    """Of an answer that has no length it knows that it does not end with its connection for that."""

    def __init__(self, listener: Bodiless) -> None:
        super().__init__(listener)
        self.listener = listener

    def should_keep_alive(self) -> bool:
        return super().should_keep_alive() or (self.get_http_version() == "1.1" and not self.listener.closes)

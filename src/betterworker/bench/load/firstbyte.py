"""Notes when the body of each answer begins, for loads that stream."""

from __future__ import annotations

from time import monotonic_ns
from typing import TYPE_CHECKING

from betterworker.bench.load.histogram import index_of

if TYPE_CHECKING:
    from betterworker.bench.load.connection import Connection


class FirstByte:
    """Parser callbacks between a parser and its connection.

    The body's first byte, not the headers': a server may send those before the view has made anything.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.at = 0

    @property
    def undelimited(self) -> bool:
        return self.connection.undelimited

    def on_body(self, body: bytes) -> None:
        if not self.at:
            self.at = monotonic_ns()
        self.connection.on_body(body)

    def on_message_complete(self) -> None:
        """Pass it on; record what the connection then counts as a right answer of the window."""
        tally, started = self.connection.tally, self.connection.started
        at, self.at = self.at or monotonic_ns(), 0
        ok = tally.ok
        self.connection.on_message_complete()
        if tally.ok > ok and tally.first_bytes is not None:
            tally.first_bytes[index_of((at - started) // 1000)] += 1

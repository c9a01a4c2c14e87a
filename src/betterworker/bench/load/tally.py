"""What the users of one load process share: the request, the window, and the counts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from betterworker.bench.load.histogram import SIZE, index_of
from betterworker.bench.model import Outcomes

if TYPE_CHECKING:
    import asyncio

    from betterworker.bench.load.spec import FirstReply, LoadSpec

Miss = Literal["bad_status", "invalid_body", "timeout", "connection_error", "unfinished"]


def request_bytes(spec: LoadSpec) -> bytes:
    """The request as it goes over the wire."""
    lines = [f"GET {spec.path} HTTP/1.1", f"Host: {spec.host}:{spec.port}"]
    lines += [f"{name}: {value}" for name, value in spec.headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class Tally:
    """Plain attributes, because every one of them is touched for every request."""

    def __init__(self, spec: LoadSpec, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.host = spec.host
        self.port = spec.port
        self.request = request_bytes(spec)
        self.status = spec.status
        self.length = spec.length
        self.window_start = spec.window_start_ns
        self.window_end = spec.window_end_ns
        self.timeout = spec.timeout_ns
        self.sent = 0
        self.ok = 0
        self.completed = 0
        self.reconnects = 0
        self.counts = [0] * SIZE
        self.misses: Counter[Miss] = Counter()
        self.reasons: Counter[str] = Counter()
        self.first: FirstReply | None = None
        self.undelimited = False
        self.running = len(spec.users)
        self.all_finished = loop.create_future()

    def record(self, nanoseconds: int) -> None:
        self.counts[index_of(nanoseconds // 1000)] += 1

    def miss(self, outcome: Miss, reason: str, latency: int | None) -> None:
        """Count a request of the window that got no right answer; a timeout enters the distribution."""
        self.misses[outcome] += 1
        self.reasons[reason] += 1
        if latency is not None:
            self.record(latency)

    def one_finished(self) -> None:
        self.running -= 1
        if self.running == 0 and not self.all_finished.done():
            self.all_finished.set_result(None)

    def outcomes(self) -> Outcomes:
        misses = self.misses
        return Outcomes(
            sent=self.sent,
            ok=self.ok,
            bad_status=misses["bad_status"],
            invalid_body=misses["invalid_body"],
            timeout=misses["timeout"],
            connection_error=misses["connection_error"],
            unfinished=misses["unfinished"],
        )

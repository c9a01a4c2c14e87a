"""What the connections of one load process share: the window, its end, and the counts of each request."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from betterworker.bench.load.histogram import SIZE, encode, index_of
from betterworker.bench.load.spec import KindReport
from betterworker.bench.model import Outcomes

if TYPE_CHECKING:
    import asyncio

    from betterworker.bench.load.spec import FirstReply, Kind, LoadSpec

#: What is sent without a length when it has no body (RFC 9110, 8.6).
BODILESS = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})

Miss = Literal["bad_status", "invalid_body", "timeout", "connection_error", "unfinished"]


def request_bytes(spec: LoadSpec, kind: Kind) -> bytes:
    """The request as it goes over the wire. A Host of its own takes the place of the address."""
    asked = kind.request
    lines = [f"{asked.method} {kind.path} HTTP/1.1"]
    if all(name.lower() != "host" for name, _ in asked.headers):
        lines.append(f"Host: {spec.host}:{spec.port}")
    lines += [f"{name}: {value}" for name, value in asked.headers]
    if asked.body or asked.method not in BODILESS:
        lines.append(f"Content-Length: {len(asked.body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + asked.body


class Shared:
    """The address, the window on the clock, and what is counted over all kinds of request."""

    def __init__(self, spec: LoadSpec, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.host = spec.host
        self.port = spec.port
        self.window_start = spec.window_start_ns
        self.window_end = spec.window_end_ns
        self.timeout = spec.timeout_ns
        self.reconnects = 0
        self.reasons: Counter[str] = Counter()
        self.finished: asyncio.Future[None] = loop.create_future()

    def finish(self) -> None:
        """Nothing is under way any more, and nothing will be."""
        if not self.finished.done():
            self.finished.set_result(None)


class PartTally:
    """What is counted together of all kinds of one name: not a histogram for each of a thousand values."""

    def __init__(self, *, streams: bool = False) -> None:
        self.tallies: list[Tally] = []
        self.counts = [0] * SIZE
        self.first_bytes = [0] * SIZE if streams else None
        self.misses: Counter[Miss] = Counter()
        self.first: FirstReply | None = None
        self.undelimited = False

    def outcomes(self) -> Outcomes:
        misses = self.misses
        return Outcomes(
            sent=sum(tally.sent for tally in self.tallies),
            ok=sum(tally.ok for tally in self.tallies),
            bad_status=misses["bad_status"],
            invalid_body=misses["invalid_body"],
            timeout=misses["timeout"],
            connection_error=misses["connection_error"],
            unfinished=misses["unfinished"],
        )

    def report(self) -> KindReport:
        return KindReport(
            completed=sum(tally.completed for tally in self.tallies),
            outcomes=self.outcomes(),
            latency=encode(self.counts),
            first=self.first,
        )


class Tally:
    """One kind of request and its counts. Plain attributes, for every one is touched for every request;
    the lists are its part's. ``bodiless`` answers end with their headers."""

    def __init__(
        self, spec: LoadSpec, kind: Kind, shared: Shared, part: PartTally | None = None, index: int = 0
    ) -> None:
        self.shared = shared
        self.part = part or PartTally(streams=spec.streams)
        self.part.tallies.append(self)
        self.index = index
        self.request = request_bytes(spec, kind)
        self.status = kind.request.status
        self.length = kind.length
        self.bodiless = kind.request.method == "HEAD"
        self.window_start = shared.window_start
        self.window_end = shared.window_end
        self.sent = 0
        self.ok = 0
        self.completed = 0
        self.counts = self.part.counts
        self.first_bytes = self.part.first_bytes
        self.misses = self.part.misses

    def miss(self, outcome: Miss, reason: str, latency: int | None) -> None:
        """Count a request of the window that got no right answer; a timeout enters the distribution."""
        self.misses[outcome] += 1
        self.shared.reasons[reason] += 1
        if latency is not None:
            self.counts[index_of(latency // 1000)] += 1
            if self.first_bytes is not None:
                self.first_bytes[index_of(latency // 1000)] += 1

    def miss_many(self, outcome: Miss, reason: str, count: int) -> None:
        if count:
            self.misses[outcome] += count
            self.shared.reasons[reason] += count


def tallies(spec: LoadSpec, shared: Shared) -> list[Tally]:
    """One for each kind of request; kinds of one name share their part."""
    kinds = spec.requests
    parts = {name: PartTally(streams=spec.streams) for name in {kind.name for kind in kinds}}
    return [Tally(spec, kind, shared, parts[kind.name], index) for index, kind in enumerate(kinds)]

"""The truth server: does to each request what it was told, counts what it did, and is never early.

What an engine reports can be held against it: the latency is known beforehand, and ``GET /counts`` (not
counted itself) answers a JSON of how many requests were answered right, and how many met each fault. ``GET
/pause`` answers for how many seconds at most it was kept from its work: what is late then is not the engine.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import json
import os
import random
import socket
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from time import monotonic_ns
from typing import cast

from betterworker.bench.load.alarm import Alarm
from betterworker.bench.load.loop import run_loop

END_OF_REQUEST = b"\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
RIGHT = {
    "length": HEAD + b"Content-Length: 2\r\n\r\nok",
    "chunked": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
    "close": HEAD + b"Connection: close\r\n\r\nok",
}
WRONG = {
    "length": HEAD + b"Content-Length: 5\r\n\r\nwrong",
    "status": b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno",
}
#: ``length`` is a body of another length, ``status`` a 503; ``never`` is not answered at all.
FAULTS = ("reset", "length", "status", "never")
BEAT_S = 0.01


class Later:
    """Calls back at moments of the monotonic clock, in their order, and not before."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.alarm = Alarm(loop, self.ring)
        self.order = count()
        self.due: list[tuple[int, int, Callable[[], None]]] = []

    def at(self, moment: int, call: Callable[[], None]) -> None:
        first = not self.due or moment < self.due[0][0]
        heapq.heappush(self.due, (moment, next(self.order), call))
        if first:
            self.alarm.set(moment)

    def ring(self) -> None:
        while self.due and self.due[0][0] <= monotonic_ns():
            heapq.heappop(self.due)[2]()
        if self.due:
            self.alarm.set(self.due[0][0])
        else:
            self.alarm.off()


def delays(options: argparse.Namespace) -> Iterator[float]:
    """Seconds that each request in turn takes, a stall apart: constant, or exponential from the seed."""
    rng = random.Random(options.seed)
    while True:
        yield rng.expovariate(1 / options.exponential) if options.exponential else options.delay


class Pulse:
    """Measures the longest pause of a loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.longest = 0
        self.last = monotonic_ns()
        self.beat()

    def beat(self) -> None:
        self.look()
        self.loop.call_later(BEAT_S, self.beat)

    def look(self) -> float:
        """The longest so far, in seconds."""
        now = monotonic_ns()
        self.longest, self.last = max(self.longest, now - self.last), now
        return self.longest / 1e9


class Truth:
    """What is done to the requests of all connections in turn."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.later = Later(asyncio.get_running_loop())
        self.pulse = Pulse(asyncio.get_running_loop())
        self.answer = RIGHT[options.framing]
        self.closes = options.framing == "close"
        self.delays = delays(options)
        self.stall, self.every = round(options.stall * 1e9), round(options.every * 1e9)
        self.faults: list[str] = options.faults.split(",") if options.faults else []
        self.each: int = options.each
        self.counts: Counter[str] = Counter()

    def fate(self) -> str:
        """Of each hundred requests (``each``) one meets the first fault, the next one the second, ..."""
        place = self.counts.total() % self.each
        fate = self.faults[place] if place < len(self.faults) else "right"
        self.counts[fate] += 1
        return fate

    def moment(self, now: int) -> int:
        """When a request that came now is answered: one that comes in a stall, when that ends."""
        at = now + round(next(self.delays) * 1e9)
        if self.every and at % self.every < self.stall:
            at += self.stall - at % self.every
        return at


class Client(asyncio.Protocol):
    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.socket: socket.socket = transport.get_extra_info("socket")

    def data_received(self, data: bytes) -> None:
        *heads, self.buffer = (self.buffer + data).split(END_OF_REQUEST)
        for head in heads:
            self.asked(head)

    def asked(self, head: bytes) -> None:
        truth = self.truth
        if head.startswith(b"GET /counts "):
            self.write(page(truth.counts))
            return
        if head.startswith(b"GET /pause "):
            self.write(page(truth.pulse.look()))
            return
        now = monotonic_ns()
        fate, at = truth.fate(), truth.moment(now)
        if at <= now:
            self.meet(fate)
        else:
            truth.later.at(at, lambda: self.meet(fate))

    def meet(self, fate: str) -> None:
        if fate == "right":
            self.write(self.truth.answer)
            if self.truth.closes:
                self.transport.close()
        elif fate == "reset":
            self.reset()
        elif fate in WRONG:
            self.write(WRONG[fate])

    def write(self, answer: bytes) -> None:
        """At once: of many answers that are due together the transport would keep all for the last."""
        if not self.transport.is_closing():
            sent = os.write(self.socket.fileno(), answer)
            if sent < len(answer):
                self.transport.write(answer[sent:])

    def reset(self) -> None:
        if not self.transport.is_closing():
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()


def page(told: Counter[str] | float) -> bytes:
    body = json.dumps(told).encode()
    return HEAD + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


async def serve(options: argparse.Namespace) -> None:
    truth = Truth(options)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Client(truth), options.host, options.port, backlog=4096)
    async with server:
        await server.serve_forever()


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--host", default="127.0.0.1")
    made.add_argument("--port", type=int, required=True)
    made.add_argument("--delay", type=float, default=0.0, help="seconds that each request takes")
    made.add_argument("--exponential", type=float, default=0.0, help="their mean, instead of --delay")
    made.add_argument("--seed", type=int, default=1, help="of exponential delays")
    made.add_argument("--stall", type=float, default=0.0, help="seconds in which nothing is answered ...")
    made.add_argument("--every", type=float, default=0.0, help="... of each so many (of the clock)")
    made.add_argument("--faults", default="", help=f"some of {','.join(FAULTS)}")
    made.add_argument("--each", type=int, default=100, help="of so many requests one meets each fault")
    made.add_argument("--framing", choices=list(RIGHT), default="length", help="how right answers end")
    return made


def main() -> None:
    run_loop(serve(parser().parse_args()))


if __name__ == "__main__":
    main()

"""The upstream: what the site's client views fetch from, a JSON of 100 posts after a settable latency.

Paths: ``/posts`` answers about 27 kB, ``/hello`` 2 bytes; both after the same latency, whatever the load.
With a latency of 1 s it is also the ideal server for the blocking rows. It can answer at several addresses,
each another host to a client.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import signal
from collections.abc import Sequence
from typing import cast

from httptools import HttpParserError, HttpRequestParser

from betterworker.bench.load.loop import run_loop

WORDS = ("lorem", "ipsum", "dolor", "sit", "amet", "consectetur", "adipiscing", "elit", "tempor")
POSTS = 100


def posts(seed: int = 1) -> bytes:
    """100 posts as JSON, about 27 kB, the same for the same seed."""
    rng = random.Random(seed)

    def text(words: int) -> str:
        return " ".join(rng.choice(WORDS) for _ in range(words))

    return json.dumps(
        [{"userId": 1 + i // 10, "id": 1 + i, "title": text(6), "body": text(27)} for i in range(POSTS)]
    ).encode()


def answer(body: bytes, status: str = "200 OK", kind: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Upstream(asyncio.Protocol):
    def __init__(self, answers: dict[bytes, bytes], latency_s: float) -> None:
        self.answers = answers
        self.latency_s = latency_s
        self.parser = HttpRequestParser(self)
        self.url = b""
        self.loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except HttpParserError:
            self.transport.abort()

    def on_url(self, url: bytes) -> None:
        self.url = url

    def on_message_complete(self) -> None:
        reply = self.answers.get(self.url) or answer(b"", "404 Not Found")
        stay = self.parser.should_keep_alive()
        if self.latency_s:
            self.loop.call_later(self.latency_s, self.reply, reply, stay)
        else:
            self.reply(reply, stay)

    def reply(self, reply: bytes, stay: bool) -> None:
        if not self.transport.is_closing():
            self.transport.write(reply)
            if not stay:
                self.transport.close()


Address = tuple[str, int]


async def serve(addresses: Sequence[Address], latency_s: float) -> None:
    answers = {b"/posts": answer(posts()), b"/hello": answer(b"ok", kind="text/plain")}
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        # The first one last: where it listens, all do.
        for host, port in reversed(addresses):
            server = await loop.create_server(lambda: Upstream(answers, latency_s), host, port, backlog=4096)
            await stack.enter_async_context(server)
        await stop.wait()


def address(text: str) -> Address:
    """``127.0.0.2:8000``."""
    host, _, port = text.rpartition(":")
    return host, int(port)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--also", type=address, action="append", default=[], help="a further HOST:PORT")
    parser.add_argument("--latency", type=float, default=0.05, help="seconds (default 0.05)")
    options = parser.parse_args()
    run_loop(serve([(options.host, options.port), *options.also], options.latency))


if __name__ == "__main__":
    main()

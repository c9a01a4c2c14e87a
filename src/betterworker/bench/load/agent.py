"""A load process: reads a LoadSpec per line on standard input, answers a LoadReport per line.

It lives for a whole session, so that a window costs no process start. It ends when its standard input
ends: when the program is gone, however it went, so is its load. A line ``stop`` ends a window early.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal

import msgspec

from betterworker.bench.load.engine import drive
from betterworker.bench.load.loop import run_loop
from betterworker.bench.load.spec import LoadReport, LoadSpec


class Orders:
    """Lines of standard input, read from its descriptor: a window waits for the next one beside its load."""

    def __init__(self) -> None:
        self.rest = b""

    def read(self) -> bool:
        """Whether there was anything to read."""
        data = os.read(0, 1 << 20)
        self.rest += data
        return bool(data)

    def line(self) -> bytes:
        """Empty at the end of the input."""
        while b"\n" not in self.rest:
            if not self.read():
                return b""
        line, _, self.rest = self.rest.partition(b"\n")
        return line


def say(line: bytes) -> None:
    """A write may be cut short, and with PYTHONUNBUFFERED standard output would lose the rest."""
    rest = memoryview(line + b"\n")
    while rest:
        rest = rest[os.write(1, rest) :]


async def one_window(spec: LoadSpec, orders: Orders) -> LoadReport:
    stop = asyncio.Event()
    if orders.rest:
        stop.set()

    def heard() -> None:
        if not orders.read():
            os._exit(0)
        stop.set()

    loop = asyncio.get_running_loop()
    loop.add_reader(0, heard)
    try:
        return await drive(spec, stop)
    finally:
        loop.remove_reader(0)
        os.set_blocking(0, True)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program decides what Ctrl-C means
    gc.disable()  # a collection in a window would be charged to the server as latency
    gc.freeze()  # nor is what was imported looked through between windows
    decoder = msgspec.json.Decoder(LoadSpec)
    say(b"ready")
    orders = Orders()
    while line := orders.line():
        if line.strip() == b"stop":
            continue
        report = run_loop(one_window(decoder.decode(line), orders))
        say(msgspec.json.encode(report))
        gc.collect()


if __name__ == "__main__":
    main()

"""A load process: reads a LoadSpec per line on standard input, answers a LoadReport per line.

It lives for a whole session, so that a window costs no process start. It ends when its standard input
ends: when the program is gone, however it went, so is its load. A line ``stop`` ends a window early.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys

import msgspec

from betterworker.bench.load.engine import drive
from betterworker.bench.load.loop import run_loop
from betterworker.bench.load.spec import LoadReport, LoadSpec


async def one_window(spec: LoadSpec) -> LoadReport:
    stop = asyncio.Event()

    def heard() -> None:
        if not os.read(0, 65536):
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
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    # Unbuffered, because a window reads the same descriptor.
    orders = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115
    while line := orders.readline():
        if line.strip() == b"stop":
            continue
        report = run_loop(one_window(decoder.decode(line)))
        sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
        sys.stdout.buffer.flush()
        gc.collect()


if __name__ == "__main__":
    main()

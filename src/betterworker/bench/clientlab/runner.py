"""A client's process: reads an Order per line on standard input, answers with a Done per line.

Its client lives as long as it does. It ends at once when its standard input ends: when the program is gone,
however it went.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Thread

import msgspec

from betterworker.bench.clientlab.forms import FORMS, AsyncFetch, AsyncForm, Fetch, SyncForm
from betterworker.bench.clientlab.spec import Done, Order, Ready
from betterworker.bench.load.loop import loop_factory

ERROR_LENGTH = 120
#: Started as they are needed.
MOST_THREADS = 1024

Run = Callable[[Order, "Tally"], None]


class Tally:
    """The outcomes of one order."""

    def __init__(self, order: Order) -> None:
        self.left = deque(order.urls[number % len(order.urls)] for number in range(order.requests))
        self.length = order.length
        self.ok = 0
        self.errors: Counter[str] = Counter()

    def body(self, body: bytes) -> None:
        if len(body) == self.length:
            self.ok += 1
        else:
            self.errors[f"{len(body):,} bytes instead of {self.length:,}"] += 1

    def error(self, error: Exception) -> None:
        said = re.sub(r"0x[0-9a-f]+", "0x…", f"{type(error).__name__}: {error}")
        self.errors[" ".join(said.split())[:ERROR_LENGTH]] += 1


def take(fetch: Fetch, tally: Tally) -> None:
    """Fetch one after the other until none is left."""
    while tally.left:
        try:
            url = tally.left.popleft()
        except IndexError:  # another thread took it
            return
        try:
            tally.body(fetch(url))
        except Exception as error:  # noqa: BLE001 - whatever a client raises is counted
            tally.error(error)


async def atake(fetch: AsyncFetch, tally: Tally) -> None:
    while tally.left:
        url = tally.left.popleft()
        try:
            tally.body(await fetch(url))
        except Exception as error:  # noqa: BLE001
            tally.error(error)


def measured(order: Order, run: Run) -> Done:
    tally = Tally(order)
    begin, cpu = time.perf_counter(), time.process_time()
    run(order, tally)
    seconds, cpu_s = time.perf_counter() - begin, time.process_time() - cpu
    return Done(seconds=seconds, cpu_s=cpu_s, ok=tally.ok, errors=dict(tally.errors))


def serve_sync(form: SyncForm, orders: SimpleQueue[bytes]) -> None:
    with form.open() as fetch, ThreadPoolExecutor(max_workers=MOST_THREADS) as threads:
        say(Ready())

        def run(order: Order, tally: Tally) -> None:
            if order.concurrency == 1:
                take(fetch, tally)
                return
            list(threads.map(lambda _: take(fetch, tally), range(order.concurrency)))

        serve(orders, run)


def serve_async(form: AsyncForm, orders: SimpleQueue[bytes]) -> None:
    with asyncio.Runner(loop_factory=loop_factory()) as loop:
        opened = form.open()
        fetch = loop.run(opened.__aenter__())
        say(Ready())

        async def together(count: int, tally: Tally) -> None:
            async with asyncio.TaskGroup() as group:
                for _ in range(count):
                    group.create_task(atake(fetch, tally))

        def run(order: Order, tally: Tally) -> None:
            loop.run(together(order.concurrency, tally))

        serve(orders, run)


def serve(orders: SimpleQueue[bytes], run: Run) -> None:
    decoder = msgspec.json.Decoder(Order)
    while True:
        say(measured(decoder.decode(orders.get()), run))


def say(answer: Ready | Done) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()


def listen(orders: SimpleQueue[bytes]) -> None:
    """A thread's work: hears at any time that the input has ended, in the middle of an order too."""
    for line in sys.stdin.buffer:
        orders.put(line)
    os._exit(0)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program decides what Ctrl-C means
    orders: SimpleQueue[bytes] = SimpleQueue()
    form = FORMS[sys.argv[1]]
    Thread(target=listen, args=(orders,), daemon=True).start()
    if isinstance(form, SyncForm):
        serve_sync(form, orders)
    else:
        serve_async(form, orders)


if __name__ == "__main__":
    main()

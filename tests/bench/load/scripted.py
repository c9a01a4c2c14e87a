"""A server that does to each request what its script says, in the loop of the engine that drives it."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import replace
from time import monotonic_ns
from typing import Any, cast

from betterworker.bench import probe
from betterworker.bench.load.engine import drive
from betterworker.bench.load.loop import run_loop
from betterworker.bench.load.spec import LoadReport, LoadSpec
from betterworker.bench.load.truthserver import Pulse
from tests.patience import PATIENCE_S

HOST = "127.0.0.1"
WINDOW_NS = 200_000_000
#: The pause that spoils a window, and how often one is driven at most.
DISTURBED_S, ATTEMPTS = 0.06, 5
NEVER_SENT = "the generator never came to send it"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

Script = Callable[[asyncio.Transport, int], None]
"""Called for each request with the connection and the number of the request, from 1 on."""


class Scripted(asyncio.Protocol):
    def __init__(self, script: Script, seen: list[bytes]) -> None:
        self.script = script
        self.seen = seen

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.seen.append(data)
        self.script(self.transport, len(self.seen))


def send(*parts: bytes) -> Script:
    """Each part in a packet of its own."""

    def script(transport: asyncio.Transport, _number: int) -> None:
        write(transport, *parts)

    return script


def write(transport: asyncio.Transport, data: bytes, *rest: bytes) -> None:
    """Unless the client has left meanwhile."""
    if not transport.is_closing():
        transport.write(data)
        if rest:
            asyncio.get_running_loop().call_later(0.001, lambda: write(transport, *rest))


def after(seconds: float) -> Script:
    """The right answer, so much later (a loop's timer counts whole milliseconds, and may be early)."""

    def script(transport: asyncio.Transport, _number: int) -> None:
        asyncio.get_running_loop().call_later(seconds, write, transport, OK)

    return script


def send_and_close(data: bytes) -> Script:
    def script(transport: asyncio.Transport, _number: int) -> None:
        transport.write(data)
        transport.close()

    return script


def ignore(_transport: asyncio.Transport, _number: int) -> None:
    """Never answers."""


def close(transport: asyncio.Transport, _number: int) -> None:
    transport.close()


def reset(transport: asyncio.Transport, _number: int) -> None:
    linger = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()


def on_request(wanted: int, special: Script, usual: Script) -> Script:
    def script(transport: asyncio.Transport, number: int) -> None:
        (special if number == wanted else usual)(transport, number)

    return script


def a_spec(*, warmup_ns: int = 0, window_ns: int = WINDOW_NS, **overrides: Any) -> LoadSpec:
    """Four connections for 0.2 s, from 10 ms from now on; the right answer is ``ok``, and waited for."""
    begin = monotonic_ns() + 10_000_000
    spec = LoadSpec(
        host=HOST,
        port=1,
        path="/",
        connections=4,
        begin_ns=begin,
        window_start_ns=begin + warmup_ns,
        window_end_ns=begin + warmup_ns + window_ns,
        timeout_ns=round(PATIENCE_S * 1e9),
        ramp_ns=0,
        length=2,
    )
    return replace(spec, **overrides)


def driven(
    script: Script,
    *,
    stop_after_s: float | None = None,
    seen: list[bytes] | None = None,
    attempts: int = ATTEMPTS,
    **overrides: Any,
) -> LoadReport:
    """What the engine reports of one window against a scripted server.

    A window in which this process was kept from the processor tells of the machine alone: it is driven again.
    """
    requests: list[bytes] = [] if seen is None else seen

    async def both() -> tuple[LoadReport, float]:
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        server = await loop.create_server(lambda: Scripted(script, requests), HOST, 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            if stop_after_s is not None:
                loop.call_later(stop_after_s, stop.set)
            pulse = Pulse(loop)
            return await drive(a_spec(port=port, **overrides), stop), pulse.look()

    for _ in range(attempts):
        requests.clear()
        report, pause = run_loop(both())
        if pause < DISTURBED_S:
            break
    return report


def driven_at_nothing(**overrides: Any) -> LoadReport:
    """What the engine reports of a port that nothing listens on, of a window in which it came to ask."""

    async def alone() -> LoadReport:
        return await drive(a_spec(port=probe.free_port(), **overrides), asyncio.Event())

    for _ in range(ATTEMPTS):
        report = run_loop(alone())
        if report.outcomes.sent:
            break
    return report

"""One load process's run: begin the loop, watch timeouts, drain, count."""

from __future__ import annotations

import asyncio
from time import monotonic_ns, process_time_ns
from typing import Any

from betterworker.bench.load.closed import ClosedLoop
from betterworker.bench.load.histogram import encode
from betterworker.bench.load.merging import merged
from betterworker.bench.load.opened import OpenLoop
from betterworker.bench.load.spec import LoadReport, LoadSpec
from betterworker.bench.load.tally import Shared, Tally, tallies
from betterworker.bench.model import Outcomes

TICK_S = 0.01
DRAIN_GRACE_NS = 500_000_000

Driver = ClosedLoop | OpenLoop


class Watch:
    """Timers beside the load: expire overdue requests, note this process's CPU use and lateness."""

    def __init__(self, shared: Shared, driver: Driver) -> None:
        self.shared = shared
        self.driver = driver
        self.every_s = min(max(shared.timeout / 40e9, TICK_S), 0.1)
        self.marks: list[tuple[int, int]] = []
        self.lag_ns = 0

    def mark(self) -> None:
        self.marks.append((monotonic_ns(), process_time_ns()))

    def beat(self, due: int = 0) -> None:
        now = monotonic_ns()
        if due:
            self.lag_ns = max(self.lag_ns, now - due)
        if now < self.shared.window_end and not self.shared.finished.done():
            self.shared.loop.call_later(TICK_S, self.beat, now + int(TICK_S * 1e9))

    def sweep(self) -> None:
        self.driver.expire(monotonic_ns() - self.shared.timeout)
        if not self.shared.finished.done():
            self.shared.loop.call_later(self.every_s, self.sweep)

    def cpu_share(self) -> float | None:
        """The share of one CPU used inside the window; None when it was cut short."""
        if len(self.marks) < 2:
            return None
        (wall0, cpu0), (wall1, cpu1) = self.marks
        return (cpu1 - cpu0) / (wall1 - wall0)


def arrange(spec: LoadSpec, watch: Watch) -> None:
    """Put the beginning and every mark on the loop's clock."""
    watch.driver.begin()
    loop = watch.shared.loop
    now, base = monotonic_ns(), loop.time()
    for at, note in (
        (spec.begin_ns, watch.sweep),
        (spec.window_start_ns, watch.mark),
        (spec.window_start_ns, watch.beat),
        (spec.window_end_ns, watch.mark),
    ):
        loop.call_at(base + (at - now) / 1e9, note)


def fail_loudly(watch: Watch, context: dict[str, Any]) -> None:
    """An exception in a callback is a bug of ours: a lost user would be a wrong figure."""
    watch.driver.leave()  # what went on would keep the loop from closing
    if not watch.shared.finished.done():
        error = context.get("exception") or RuntimeError(context["message"])
        watch.shared.finished.set_exception(error)


async def drive(spec: LoadSpec, stop: asyncio.Event) -> LoadReport:
    """Run one window. ``stop`` ends it early; what is then under way counts as unfinished."""
    loop = asyncio.get_running_loop()
    shared = Shared(spec, loop)
    kinds = tallies(spec, shared)
    driver: Driver = ClosedLoop(spec, kinds) if spec.rate is None else OpenLoop(spec, kinds)
    watch = Watch(shared, driver)
    arrange(spec, watch)
    deadline = (spec.window_end_ns + spec.timeout_ns + DRAIN_GRACE_NS - monotonic_ns()) / 1e9
    stopper = loop.create_task(stop.wait())
    loop.set_exception_handler(lambda _, context: fail_loudly(watch, context))
    try:
        ends: set[asyncio.Future[Any]] = {shared.finished, stopper}
        await asyncio.wait(ends, timeout=deadline, return_when=asyncio.FIRST_COMPLETED)
        drained = monotonic_ns()
    finally:
        stopper.cancel()
    if shared.finished.done():
        shared.finished.result()
    driver.abandon(min(shared.window_end, drained))
    shared.finish()
    await asyncio.sleep(0)  # lets aborted transports close before the loop does
    return report(spec, kinds, watch, drained)


def report(spec: LoadSpec, kinds: list[Tally], watch: Watch, drained: int) -> LoadReport:
    shared, driver = watch.shared, watch.driver
    opened = driver if isinstance(driver, OpenLoop) else None
    together = {kind.name: tally.part for kind, tally in zip(spec.requests, kinds, strict=True)}
    parts = {name: part.report() for name, part in together.items()}
    latencies = [part.latency for part in parts.values()]
    return LoadReport(
        window_ns=max(min(shared.window_end, drained) - shared.window_start, 0),
        completed=sum(part.completed for part in parts.values()),
        outcomes=sum((part.outcomes for part in parts.values()), Outcomes()),
        latency=merged(latencies) if len(latencies) > 1 else latencies[0],
        reconnects=shared.reconnects,
        errors=tuple(shared.reasons.most_common(5)),
        cpu=(share := watch.cpu_share()),
        cpus=share,
        lag_ms=watch.lag_ns / 1e6,
        first=kinds[0].part.first,
        drained_ns=drained,
        offered=opened.offered if opened else None,
        dispatched=opened.dispatched if opened else None,
        send_lag=encode(opened.lags) if opened else None,
        aborted=bool(opened and opened.aborted),
        parts=parts if spec.kinds else {},
        first_byte=merged(
            encode(part.first_bytes) for part in together.values() if part.first_bytes is not None
        ),
    )

"""One load process's run: start the users in turn, watch timeouts, drain, count."""

from __future__ import annotations

import asyncio
from time import monotonic_ns, process_time_ns
from typing import Any

from betterworker.bench.load.connection import User
from betterworker.bench.load.histogram import encode
from betterworker.bench.load.spec import LoadReport, LoadSpec
from betterworker.bench.load.tally import Tally

TICK_S = 0.01
DRAIN_GRACE_NS = 500_000_000


def start_times(spec: LoadSpec) -> list[int]:
    """When each user of this process starts, in nanoseconds: spread evenly over the ramp.

    The ramp is the view's own delay, so that a slow view has no rounds: the users' answers arrive evenly.
    """
    return [spec.begin_ns + spec.ramp_ns * user // spec.connections for user in spec.users]


class Watch:
    """Timers beside the users: expire overdue requests, note this process's CPU use and lateness."""

    def __init__(self, tally: Tally, users: list[User]) -> None:
        self.tally = tally
        self.users = users
        self.every_s = min(max(tally.timeout / 40e9, TICK_S), 0.1)
        self.marks: list[tuple[int, int]] = []
        self.lag_ns = 0

    def mark(self) -> None:
        self.marks.append((monotonic_ns(), process_time_ns()))

    def beat(self, due: int = 0) -> None:
        now = monotonic_ns()
        if due:
            self.lag_ns = max(self.lag_ns, now - due)
        if now < self.tally.window_end and self.tally.running:
            self.tally.loop.call_later(TICK_S, self.beat, now + int(TICK_S * 1e9))

    def sweep(self) -> None:
        overdue = monotonic_ns() - self.tally.timeout
        for user in self.users:
            if user.waiting and user.started <= overdue:
                user.expire()
        if self.tally.running:
            self.tally.loop.call_later(self.every_s, self.sweep)

    def cpu_share(self) -> float | None:
        """The share of one CPU used inside the window; None when it was cut short."""
        if len(self.marks) < 2:
            return None
        (wall0, cpu0), (wall1, cpu1) = self.marks
        return (cpu1 - cpu0) / (wall1 - wall0)


def arrange(spec: LoadSpec, tally: Tally) -> Watch:
    """Put every start and every mark on the loop's clock."""
    loop, now, base = tally.loop, monotonic_ns(), tally.loop.time()
    users = [User(tally) for _ in spec.users]
    watch = Watch(tally, users)
    for user, at in zip(users, start_times(spec), strict=True):
        loop.call_at(base + (at - now) / 1e9, user.begin, at)
    for at, note in (
        (spec.begin_ns, watch.sweep),
        (spec.window_start_ns, watch.mark),
        (spec.window_start_ns, watch.beat),
        (spec.window_end_ns, watch.mark),
    ):
        loop.call_at(base + (at - now) / 1e9, note)
    return watch


def fail_loudly(watch: Watch, context: dict[str, Any]) -> None:
    """An exception in a callback is a bug of ours: a lost user would be a wrong figure."""
    tally = watch.tally
    for user in watch.users:
        user.leave()  # one that went on would keep the loop from closing
    tally.running = 0
    if not tally.all_finished.done():
        error = context.get("exception") or RuntimeError(context["message"])
        tally.all_finished.set_exception(error)


async def drive(spec: LoadSpec, stop: asyncio.Event) -> LoadReport:
    """Run one window. ``stop`` ends it early; what is then under way counts as unfinished."""
    loop = asyncio.get_running_loop()
    tally = Tally(spec, loop)
    watch = arrange(spec, tally)
    deadline = (spec.window_end_ns + spec.timeout_ns + DRAIN_GRACE_NS - monotonic_ns()) / 1e9
    stopper = loop.create_task(stop.wait())
    loop.set_exception_handler(lambda _, context: fail_loudly(watch, context))
    try:
        await asyncio.wait(
            {tally.all_finished, stopper}, timeout=deadline, return_when=asyncio.FIRST_COMPLETED
        )
        drained = monotonic_ns()
    finally:
        stopper.cancel()
    if tally.all_finished.done():
        tally.all_finished.result()
    for user in watch.users:
        user.abandon()
    await asyncio.sleep(0)  # lets aborted transports close before the loop does
    return report(tally, watch, drained)


def report(tally: Tally, watch: Watch, drained: int) -> LoadReport:
    ended = min(tally.window_end, drained)
    return LoadReport(
        window_ns=max(ended - tally.window_start, 0),
        completed=tally.completed,
        outcomes=tally.outcomes(),
        latency=encode(tally.counts),
        reconnects=tally.reconnects,
        errors=tuple(tally.reasons.most_common(5)),
        cpu=watch.cpu_share(),
        lag_ms=watch.lag_ns / 1e6,
        first=tally.first,
        drained_ns=drained,
    )

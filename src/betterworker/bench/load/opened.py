"""The open loop: requests are sent on a schedule, whatever the answers do.

Latency runs from the intended moment, so a request that could not be sent in time is charged the wait
(coordinated omission: G. Tene, wrk2).
"""

from __future__ import annotations

from time import monotonic_ns
from typing import TYPE_CHECKING

from betterworker.bench.load.alarm import Alarm
from betterworker.bench.load.histogram import LINEAR, SIZE, index_of
from betterworker.bench.load.pool import Pool
from betterworker.bench.load.schedule import arrivals, offered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from betterworker.bench.load.spec import LoadSpec
    from betterworker.bench.load.tally import Tally

#: How long arrivals are turned to before answers are read again.
TURN_NS = 1_000_000
#: After the window only arrivals that are this little late are still turned to: the rest shows that the
#: generator could not keep up.
LATE_NS = 10_000_000
#: More are not taken into memory, however many are asked for.
MOST_QUEUED = 500_000
PAUSE_NS = 1_000_000


class OpenLoop:
    """Turns to every arrival of this process when it is due, and hands it to the pool."""

    def __init__(self, spec: LoadSpec, tallies: Sequence[Tally]) -> None:
        self.spec = spec
        self.tallies = tallies
        self.shared = tallies[0].shared
        self.pool = Pool(self.shared, len(spec.users))
        self.schedule = arrivals(spec)
        self.upcoming = next(self.schedule, None)
        self.alarm = Alarm(self.shared.loop, self.turn)
        self.lags = [0] * SIZE
        self.aborted = False
        self.dispatched = 0
        self.offered = 0

    def begin(self) -> None:
        self.alarm.set(self.spec.begin_ns)

    def turn(self) -> None:
        """Dispatch what is due, for a bounded time so that answers are still read."""
        pool = self.pool
        self._leave_warm_up()
        now = monotonic_ns()
        until = now + TURN_NS
        while now < until:
            if self.upcoming is None or self._too_late(now):
                self._end(now)
                return
            at, kind = self.upcoming
            if at > now:
                break
            if len(pool.queue) >= MOST_QUEUED:
                self.alarm.set(now + PAUSE_NS)
                return
            self._count(at, now, self.tallies[kind])
            pool.dispatch(at, self.tallies[kind])
            self.upcoming = next(self.schedule, None)
            now = monotonic_ns()
        self._watch_backlog()
        self.alarm.set(self.upcoming[0] if self.upcoming else self.spec.begin_ns)

    def _end(self, now: int) -> None:
        """No more arrivals come, but the window is not over before its time."""
        if now < self.shared.window_end:
            self.alarm.set(self.shared.window_end)
        else:
            self.alarm.off()
            self.pool.close()

    def _leave_warm_up(self) -> None:
        """Arrivals that the warm-up could not send in time would take the window's place: leave them out."""
        start = self.shared.window_start
        if self.upcoming and self.upcoming[0] < start <= monotonic_ns():
            self.upcoming = next((arrival for arrival in self.schedule if arrival[0] >= start), None)

    def _too_late(self, now: int) -> bool:
        assert self.upcoming is not None
        return now >= self.shared.window_end and now - self.upcoming[0] > LATE_NS

    def _count(self, at: int, now: int, tally: Tally) -> None:
        if at >= tally.window_start:
            tally.sent += 1
            us = (now - at) // 1000
            self.lags[us if us < LINEAR else index_of(us)] += 1

    def _watch_backlog(self) -> None:
        most = self.spec.max_backlog
        if most is not None and self.pool.pending > most and monotonic_ns() >= self.shared.window_start:
            self.aborted = True
            self.shared.finish()

    def expire(self, overdue: int) -> None:
        self.pool.expire(overdue)

    def abandon(self, ended: int) -> None:
        """The run is over: what is under way, and arrivals never turned to, are unfinished."""
        self.alarm.close()
        self.pool.abandon()
        for tally, count in zip(self.tallies, offered(self.spec, ended), strict=True):
            self.dispatched += tally.sent
            missed = max(count - tally.sent, 0)
            tally.sent += missed
            tally.miss_many("unfinished", "the generator never came to send it", missed)
            self.offered += tally.sent

    def leave(self) -> None:
        self.alarm.close()
        self.pool.leave()

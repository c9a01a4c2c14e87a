"""The closed loop: each user sends its next request when the last one was answered."""

from __future__ import annotations

from time import monotonic_ns
from typing import TYPE_CHECKING

from betterworker.bench.load.connection import Connection
from betterworker.bench.load.turns import RING, draws, place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from betterworker.bench.load.spec import LoadSpec
    from betterworker.bench.load.tally import Tally

RETRY_S = 0.05


def start_times(spec: LoadSpec) -> list[int]:
    """When each user of this process starts, in nanoseconds: spread evenly over the ramp.

    The ramp is the view's own delay, so that a slow view has no rounds: the users' answers arrive evenly.
    """
    return [spec.begin_ns + spec.ramp_ns * user // spec.connections for user in spec.users]


class User(Connection):
    """A connection with a will of its own; a lost one is opened again for its next request."""

    __slots__ = ("crowd",)

    def __init__(self, tally: Tally, crowd: ClosedLoop) -> None:
        super().__init__(tally)
        self.crowd = crowd

    def begin(self, at: int) -> None:
        """Start the user's first request, not before its moment: timers count whole milliseconds."""
        now = monotonic_ns()
        if now < at:
            self.shared.loop.call_later((at - now) / 1e9, self.begin, at)
        elif not self.finished:
            self._start(now)

    def _start(self, now: int) -> None:
        tally = self.tally
        if now >= tally.window_end:
            self._finish()
            return
        self.started = now
        self.waiting = True
        if now >= tally.window_start:
            tally.sent += 1
        self.open()

    def proceed(self, now: int) -> None:
        transport = self.transport
        tally = self.tally
        if now < tally.window_end and transport is not None and self.parser.should_keep_alive():
            self.started = now
            self.waiting = True
            if now >= tally.window_start:
                tally.sent += 1
            self.send(transport)
        elif transport is not None:
            transport.close()  # connection_lost goes on from here

    def lost(self) -> None:
        self._start(monotonic_ns())

    def failed(self) -> None:
        # A refusing server must not turn the closed loop into a busy loop.
        self.shared.loop.call_later(RETRY_S, self._retry)

    def _retry(self) -> None:
        if not self.finished and not self.waiting:
            self._start(monotonic_ns())

    def _finish(self) -> None:
        if not self.finished:
            self.leave()
            self.crowd.one_finished()


class Visitor(User):
    """A user of several kinds of request, which come as its ring says.

    The next is drawn when the one before is settled: a lost connection is opened again for it.
    """

    __slots__ = ("at", "ring")

    def __init__(self, ring: Sequence[Tally], at: int, crowd: ClosedLoop) -> None:
        super().__init__(ring[at], crowd)
        self.ring = ring
        self.at = at

    def _draw(self) -> Tally:
        self.at = at = (self.at + 1) % RING
        self.tally = tally = self.ring[at]
        return tally

    def proceed(self, now: int) -> None:
        """As of a User, with the next kind; only then may its answer's parser take the place of the last."""
        transport = self.transport
        stays = transport is not None and self.parser.should_keep_alive()
        tally = self._draw()
        if transport is None:
            return
        if now >= tally.window_end or not stays:
            transport.close()  # connection_lost goes on from here
            return
        if tally.part.first is None or tally.bodiless:
            self.listen()
        self.started = now
        self.waiting = True
        if now >= tally.window_start:
            tally.sent += 1
        self.send(transport)

    def settled(self) -> None:
        self._draw()


class ClosedLoop:
    """All users of this process."""

    def __init__(self, spec: LoadSpec, tallies: Sequence[Tally]) -> None:
        self.shared = tallies[0].shared
        self.starts = start_times(spec)
        self.users = self._users(spec, tallies)
        self.running = len(self.users)

    def _users(self, spec: LoadSpec, tallies: Sequence[Tally]) -> list[User]:
        if len(tallies) == 1:
            return [User(tallies[0], self) for _ in spec.users]
        ring = [tallies[index] for index in draws([kind.weight for kind in spec.kinds], spec.seed)]
        return [Visitor(ring, place(user, spec.connections), self) for user in spec.users]

    def begin(self) -> None:
        loop = self.shared.loop
        now, base = monotonic_ns(), loop.time()
        for user, at in zip(self.users, self.starts, strict=True):
            loop.call_at(base + (at - now) / 1e9, user.begin, at)

    def one_finished(self) -> None:
        self.running -= 1
        if self.running == 0:
            self.shared.finish()

    def expire(self, overdue: int) -> None:
        """Give up requests that were started before the moment ``overdue``."""
        for user in self.users:
            if user.waiting and user.started <= overdue:
                user.expire()

    def abandon(self, _ended: int) -> None:
        for user in self.users:
            user.abandon()

    def leave(self) -> None:
        for user in self.users:
            user.leave()

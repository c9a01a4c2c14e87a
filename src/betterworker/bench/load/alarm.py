"""Wakes an event loop at a moment of CLOCK_MONOTONIC, to some ten microseconds.

uvloop's timers count whole milliseconds, and so would be most of the send lag. On Linux a timer that is a
file descriptor (timerfd_create(2)) is watched like a socket; elsewhere the loop's own timer has to do.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from time import monotonic_ns
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

_CLOCK_MONOTONIC = 1
_TIMER_ABSTIME = 1
_SECOND = 1_000_000_000


class _Moment(ctypes.Structure):
    """``struct itimerspec``: an interval (none here), then when to expire first."""

    _fields_ = (
        ("every_s", ctypes.c_long),
        ("every_ns", ctypes.c_long),
        ("s", ctypes.c_long),
        ("ns", ctypes.c_long),
    )


class Alarm:
    """``ring`` is called at or after the moment set last, and may be called early: it looks at the clock.

    Once it has rung it must be set again or switched off: setting is what clears the descriptor, which
    spares reading it.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, ring: Callable[[], None]) -> None:
        self.loop = loop
        self.ring = ring
        self.handle: asyncio.TimerHandle | None = None
        self.moment = _Moment()
        self.fd = -1
        with contextlib.suppress(OSError, AttributeError):  # not Linux, or no such C library
            self.fd = self._timer()
            loop.add_reader(self.fd, ring)

    def _timer(self) -> int:
        if not sys.platform.startswith("linux"):
            raise OSError("no timerfd here")
        library = ctypes.CDLL(None, use_errno=True)
        fd = int(library.timerfd_create(_CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC))
        if fd < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self.settime = library.timerfd_settime
        self.reference = ctypes.byref(self.moment)
        return fd

    def set(self, at_ns: int) -> None:
        """A moment that has passed rings at once, after what else is ready."""
        if self.fd >= 0:
            self.moment.s, self.moment.ns = divmod(at_ns, _SECOND)
            self.settime(self.fd, _TIMER_ABSTIME, self.reference, None)
        else:
            self.off()
            self.handle = self.loop.call_later(max(at_ns - monotonic_ns(), 0) / _SECOND, self.ring)

    def off(self) -> None:
        if self.fd >= 0:
            self.moment.s = self.moment.ns = 0
            self.settime(self.fd, 0, self.reference, None)
        elif self.handle is not None:
            self.handle.cancel()

    def close(self) -> None:
        self.off()
        if self.fd >= 0:
            self.loop.remove_reader(self.fd)
            os.close(self.fd)
            self.fd = -1

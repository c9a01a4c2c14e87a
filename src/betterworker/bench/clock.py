"""The real clock: CLOCK_MONOTONIC in seconds, as the load processes read it."""

from __future__ import annotations

import time


class MonotonicClock:
    def now(self) -> float:
        return time.monotonic()

    def sleep_until(self, moment: float) -> None:
        """Return at or just after the moment; at once when it has passed."""
        remaining = moment - time.monotonic()
        if remaining > 0:
            time.sleep(remaining)

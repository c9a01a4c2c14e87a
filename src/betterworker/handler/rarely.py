"""What would be logged again and again is logged once a minute."""

from __future__ import annotations

from collections.abc import Callable

EVERY_S = 60.0


class Rarely:
    """The clock is in seconds. Of several threads that ask at once more than one may be told yes."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = -EVERY_S

    def is_due(self) -> bool:
        """Whether to say it now; then it is taken to be said."""
        now = self._clock()
        if now - self._last < EVERY_S:
            return False
        self._last = now
        return True

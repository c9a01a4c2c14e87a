"""When a pool of threads needs more of them.

Python runs one thread at a time. More threads help only where those there are wait for something else (a
database, another site, a sleep, a client that reads slowly): then the process leaves CPU unused while
requests queue. Where it uses its whole core, another thread would only be one more that wants it.
"""

from __future__ import annotations

from collections.abc import Sequence

#: How often a pool with a queue is looked at.
TICK_S = 0.005
#: A thread that is so long in one job, or between two, waits for something, whatever the CPU says.
LONG_S = 0.1
#: With less of a core used than this, a thread that is there since the last look waits for something.
QUIET = 0.5
#: With more of a core used than this, short jobs need no further threads.
BUSY = 0.85
#: Short jobs: how long it takes to see whether more threads made more of the CPU, ...
TRIAL_S = 0.05
#: ... how much more it must be, ...
WORTH_IT = 1.1
#: ... how long to be content with those there are when it was not, ...
CONTENT_S = 1.0
#: ... and how many threads they get. Beyond, more only take turns, where other programs leave no CPU unused.
MOST_FOR_SHORT = 16


class Growth:
    """Follows one queue from its beginning to its end. Times are in seconds: of the clock, of the CPU."""

    def __init__(self, now: float, cpu: float) -> None:
        self._now, self._cpu = now, cpu
        self._trial_now, self._trial_cpu = now, cpu
        self._used_before = 0.0
        self._content_until = 0.0
        self._late = False

    def more(
        self,
        now: float,
        cpu: float,
        *,
        begun: Sequence[float],
        threads: int,
        waiting: int,
        late: bool = False,
    ) -> int:
        """How many threads to start. ``begun``: since when each thread with a request is in its job, or
        between two of them.

        ``late``: who looks got its turn late. The CPU is wanted by all, other programs' threads among them:
        what this process does not use is not there to be used.
        """
        self._late = self._late or late
        used = (cpu - self._cpu) / max(now - self._now, 1e-9)
        self._now, self._cpu = now, cpu
        patience = TICK_S if used < QUIET and not late else LONG_S
        stuck = sum(1 for since in begun if now - since >= patience)
        wanted = threads if 2 * stuck > threads else self._for_short_jobs(now, cpu, threads - stuck)
        return min(waiting, max(wanted, 0))

    def _for_short_jobs(self, now: float, cpu: float, threads: int) -> int:
        """Half as many again as go on, as long as the CPU has room and the last ones made use of it."""
        if now - self._trial_now < TRIAL_S:
            return 0
        used = (cpu - self._trial_cpu) / (now - self._trial_now)
        self._trial_now, self._trial_cpu = now, cpu
        late, self._late = self._late, False
        if late or used >= BUSY or now < self._content_until or threads >= MOST_FOR_SHORT:
            return 0
        if used < self._used_before * WORTH_IT:
            self._used_before, self._content_until = 0.0, now + CONTENT_S
            return 0
        self._used_before = used
        return (threads + 1) // 2

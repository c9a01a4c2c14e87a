"""Lines of a server's log that tell why it failed, whichever lines come after them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

TIMED_OUT = re.compile(r"WORKER TIMEOUT|killed by timeout|took too long to shut down")
KILLED = re.compile(r"SIGKILL|out of memory|MemoryError|Killed process", re.IGNORECASE)
#: As databases say it, PostgreSQL with and without places kept for superusers; and SQLAlchemy's pool.
FULL = re.compile(r"too many (clients|connections)|remaining connection slots|QueuePool limit", re.IGNORECASE)
LOCKED = re.compile(r"database (table )?is locked")
CAUSES = (TIMED_OUT, KILLED, FULL, LOCKED)
#: What a server holds for worth it, of a cause that nobody here knows.
_CRITICAL = re.compile(r"\bCRITICAL\b")
#: Of each kind so many lines are kept, and so much of each.
MOST, LONGEST = 3, 300
LEFT_OUT = "…"
# As a traceback ends: any class of a module, or a built-in one by its usual endings.
_RAISED = re.compile(r"(?:\w+\.)+[A-Z]\w*(?::|$)|\w*(?:Error|Exception|Exit|Interrupt|Iteration|Timeout)\b")


def telling(lines: Sequence[str]) -> list[str]:
    """Those that tell a cause, in order, the first few of each."""
    kept = {
        place
        for pattern in (*CAUSES, _CRITICAL)
        for place in [at for at, line in enumerate(lines) if pattern.search(line)][:MOST]
    }
    return [lines[place].strip()[:LONGEST] for place in sorted(kept)]


def tail(lines: Sequence[str], most: int, recent: Sequence[str]) -> str:
    """The last lines, and before them those of the other ``recent`` ones that tell a cause: the tracebacks
    that come after them may be longer than all that is kept."""
    told = telling(recent[:-most])
    return "\n".join([*told, *([LEFT_OUT] if told else []), *lines[-most:]])


def last_exception(log: str) -> str | None:
    """The last line of a log that looks like a raised exception, for a reader who asks why; one that tells a
    known cause before one that may only follow from it."""
    raised = [line.strip() for line in log.splitlines() if _RAISED.match(line.strip())]
    known = [line for line in raised if any(cause.search(line) for cause in CAUSES)]
    return (known or raised)[-1][:LONGEST] if raised else None

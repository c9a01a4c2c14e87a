"""How often Python's threads ask for a turn, as their number allows.

A thread that waits for the interpreter wakes at the end of each switch interval (5 ms) to ask for it again. A
thousand views that sleep at once wake together: 200,000 such wake-ups a second are more than a core can do,
and nothing else gets a turn. Measured with 1,000 sleeps of 1 s on one core: 0 to 500 requests a second, with
237 context switches for each; with an interval of 20 ms and more 650 to 700, with 10.
"""

from __future__ import annotations

import sys

#: So many wake-ups a second at the most, whatever waits: a tenth of a core at about 10 µs each.
WAKE_UPS_PER_S = 10_000

#: What it was before it was made longer here; None where it was not.
_before: float | None = None


def suit(threads: int) -> None:
    """Make the switch interval long enough for so many threads; what it was when there are few again."""
    global _before
    wanted = threads / WAKE_UPS_PER_S
    usual = sys.getswitchinterval() if _before is None else _before
    if wanted > usual:
        _before = usual
        sys.setswitchinterval(wanted)
    elif _before is not None:
        _before = None
        sys.setswitchinterval(usual)

"""Where on the load curve a window lies, and what mixed traffic is made of."""

from __future__ import annotations

#: Points that are a share of each worker's own closed-loop capacity.
OWN_SHARES = {"50%": 0.5, "80%": 0.8}
COMMON = "common"
#: Latency at a steady rate.
STEADY = (*OWN_SHARES, COMMON)
MIXED, ALONE = "mixed", "alone"
#: Fast requests beside slow ones, and without them.
MIXES = (MIXED, ALONE)
#: The kinds of request of mixed traffic.
FAST, SLOW = "fast", "slow"
#: A burst of connections against a short backlog would measure SYN retries: spread them a little.
RAMP_PER_CONNECTION_S = 0.0005
#: Under this part of the arrivals that were due, the load generator could not send at the rate asked for.
LEAST_DISPATCHED = 0.98


def crowd(connections: int) -> str:
    """The point of a closed loop of other connections than the row's own: ``8c``."""
    return f"{connections}c"

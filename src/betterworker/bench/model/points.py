"""Where on the load curve an open-loop window lies, and what mixed traffic is made of."""

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
#: Under this part of the arrivals that were due, the load generator could not send at the rate asked for.
LEAST_DISPATCHED = 0.98

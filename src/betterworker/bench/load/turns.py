"""Which request each user of a closed loop sends next, where there are several. Pure, from a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Draws made beforehand, a power of two: all users go round the same ring, each from a place of its own.
RING = 1 << 14
#: So many draws in a row have the shares that were asked for, as nearly as whole requests can: a short
#: window is not heavier than the next one by chance.
EVEN = 64


def draws(weights: Sequence[float], seed: int) -> list[int]:
    """``RING`` indices, each as often as its weight says (of a rare one's chance, the seed decides)."""
    rng = np.random.default_rng([seed, 2])
    shares = np.array(weights) / sum(weights)
    points = (np.arange(RING) + rng.random()) / RING
    # Column by column the points ascend: each row of EVEN is spread over all of the weights.
    spread = np.searchsorted(np.cumsum(shares)[:-1], points, side="right").reshape(EVEN, -1).T
    shuffled = rng.permuted(rng.permutation(spread), axis=1)
    return [int(kind) for kind in shuffled.ravel()]


def place(user: int, users: int) -> int:
    """Where in the ring a user begins, of so many in all load processes."""
    return user * RING // users

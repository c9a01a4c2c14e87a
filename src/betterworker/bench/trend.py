"""The straight line through a server's goodput over its age. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    Vector = np.ndarray[tuple[int], np.dtype[np.float64]]
    Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]

# With one worker beside it, its leak is the other's gain: of the trend against the others at least this part
# must be the worker's own.
OWN_PART = 0.5
_SAME_AGE_S = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A window: logarithms of its goodput, and of that over the median of the block's other workers."""

    scenario: str
    round: int
    age_s: float
    own: float
    relative: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The part of its goodput (below 0: a loss) that a worker gains over ``span_s`` of its life."""

    change: float
    span_s: float


def trend(points: Sequence[Point], level: float) -> Trend | None:
    """The straight line through goodput over age, every row and every life at its own level.

    The size is Theil and Sen's median of slopes, which a burst of noise on a few windows does not move. The
    significance is the t-test of the least-squares line, because only there the degrees of freedom that the
    levels take are known: Kendall's test on what is left would count every window. None when it is not
    significant at ``level``, or not the worker's own.
    """
    # scipy takes longer to import than the command line may take to start.
    import numpy as np
    from scipy.stats import theilslopes

    if _freedom(points) < 1:
        return None
    figures = np.array([(point.age_s, point.relative, point.own) for point in points])
    age, relative, own = _without_levels(points, figures).T
    if not np.any(np.abs(age) > _SAME_AGE_S) or _p_value(age, relative, _freedom(points)) >= level:
        return None
    slope, slope_of_its_own = theilslopes(relative, age).slope, theilslopes(own, age).slope
    if slope_of_its_own * slope < OWN_PART * slope**2:
        return None
    span_s = max(point.age_s for point in points) - min(point.age_s for point in points)
    return Trend(change=math.expm1(slope * span_s), span_s=span_s)


def _freedom(points: Sequence[Point]) -> int:
    """What a straight line leaves after a level for every row and every life."""
    rows, lives = ({point.scenario for point in points}, {point.round for point in points})
    return len(points) - len(rows) - len(lives)


def _without_levels(points: Sequence[Point], figures: Matrix) -> Matrix:
    """What a level for every row and every life leaves of each column (Frisch and Waugh)."""
    import numpy as np

    names = [(f"row {point.scenario}", f"life {point.round}") for point in points]
    every = sorted({name for pair in names for name in pair})
    levels = np.array([[float(name in pair) for name in every] for pair in names])
    fitted: Matrix = levels @ np.linalg.lstsq(levels, figures, rcond=None)[0]
    return figures - fitted


def _p_value(age: Vector, relative: Vector, freedom: int) -> float:
    """Two-sided, of the correlation of what the levels leave, with the freedom that they leave."""
    import numpy as np
    from scipy.special import stdtr

    spread = float(np.sqrt((age @ age) * (relative @ relative)))
    if not spread:
        return 1.0
    correlation = min(max(float(age @ relative) / spread, -1.0), 1.0)
    t = abs(correlation) * math.sqrt(freedom / max(1 - correlation**2, 1e-12))
    return 2 * float(stdtr(freedom, -t))

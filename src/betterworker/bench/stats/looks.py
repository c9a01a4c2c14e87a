"""Levels that keep the overall error where it is looked at several times, at several rivals."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

OVERALL_ERROR = 0.05
# Gauss-Legendre nodes for a smooth density: 64 give the levels to more than ten figures.
_NODES = 64


@cache
def nominal_level(looks: tuple[int, ...]) -> float:
    """The two-sided level at each planned look that keeps the error over all of them at 5 %.

    ``looks`` are the increasing sizes (blocks) at which a row is judged: information is proportional to
    them. The same critical value holds at every look (Pocock, Biometrika 1977). Raises ValueError for no
    look, or for sizes that do not increase from above 0.
    """
    if not looks or looks[0] <= 0 or any(later <= size for size, later in pairwise(looks)):
        raise ValueError(f"looks must increase from above 0, not {looks}")
    from scipy.optimize import brentq
    from scipy.special import ndtr

    critical = brentq(lambda c: _never_crossed(c, looks) - (1 - OVERALL_ERROR), 1.0, 6.0)
    return float(2 * ndtr(-critical))


def holm(p_values: Sequence[float], level: float) -> tuple[float, ...]:
    """The level that Holm's step-down procedure (1979) leaves to each of several hypotheses, in their order.

    A rejected one keeps the level of its own step, all others get that of the first step that failed: so an
    interval at that level excludes 1 exactly where the hypothesis is rejected. Equal ones keep their order.
    """
    # Rounded: equal ones differ in their last digits as the system's mathematical library will have it.
    order = sorted(range(len(p_values)), key=lambda index: float(f"{p_values[index]:.12e}"))
    levels = [level] * len(p_values)
    failed = False
    step = level
    for place, index in enumerate(order):
        if not failed:
            step = level / (len(order) - place)
            failed = p_values[index] > step
        levels[index] = step
    return tuple(levels)


def _never_crossed(critical: float, looks: Sequence[int]) -> float:
    """The chance that a standardised sum of independent normal parts stays within ±critical at every look.

    Recursive integration of the sum's density (Armitage, McPherson & Rowe, JRSS A 1969): the multivariate
    normal probability that ``scipy.stats`` has too, but from three looks on by random numbers, and slowly.
    """
    import numpy as np
    from scipy.special import ndtr

    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    at: Any = np.zeros(1)
    mass: Any = np.ones(1)
    before = 0.0
    for information in (size / looks[0] for size in looks[:-1]):
        bound, sd = critical * math.sqrt(information), math.sqrt(information - before)
        here = bound * nodes
        density = np.exp(-(((here[:, None] - at) / sd) ** 2) / 2) / (sd * math.sqrt(2 * math.pi))
        at, mass, before = here, (density @ mass) * bound * weights, information
    last = looks[-1] / looks[0]
    bound, sd = critical * math.sqrt(last), math.sqrt(last - before)
    return float(mass @ (ndtr((bound - at) / sd) - ndtr((-bound - at) / sd)))

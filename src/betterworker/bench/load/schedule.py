"""When the requests of an open loop are intended, and of which kind each is. Pure, from a seed.

Several load processes each take every n-th arrival of one schedule; together they are that schedule.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from betterworker.bench.load.spec import LoadSpec

    Times = npt.NDArray[np.int64]
    Kinds = npt.NDArray[np.intp]

#: Arrivals made at a time: few enough to delay nothing, enough for numpy to be worth its call.
CHUNK = 256


def arrivals(spec: LoadSpec) -> Iterator[tuple[int, int]]:
    """This process's arrivals: the intended moment in nanoseconds, and the index of the kind."""
    for times, kinds in _chunks(spec, CHUNK):
        yield from zip(times.tolist(), kinds.tolist(), strict=True)


def offered(spec: LoadSpec, ended_ns: int) -> list[int]:
    """How many of this process's arrivals, by kind, were intended inside the window until it ended."""
    counts = np.zeros(len(spec.requests), dtype=np.int64)
    for times, kinds in _chunks(spec, 64 * CHUNK):
        inside = (times >= spec.window_start_ns) & (times < ended_ns)
        counts += np.bincount(kinds[inside], minlength=len(counts))
        if times.size and times[-1] >= ended_ns:
            break
    return [int(count) for count in counts]


def _chunks(spec: LoadSpec, size: int) -> Iterator[tuple[Times, Kinds]]:
    """Every process makes the whole schedule and keeps its own: the same draws wherever they are made."""
    kinds = _kinds(spec, size * spec.every)
    own = slice(spec.first, None, spec.every)
    for moments in _moments(spec, size * spec.every):
        times = spec.begin_ns + moments[own]
        until = int(np.searchsorted(times, spec.window_end_ns))
        yield times[:until], next(kinds)[own][:until]
        if until < times.size:
            return


def _moments(spec: LoadSpec, size: int) -> Iterator[Times]:
    """Nanoseconds after the beginning; endless, ascending. Poisson arrivals have exponential gaps.

    Whole numbers are added up, so that the size of a chunk changes nothing.
    """
    if spec.rate is None:
        raise ValueError("a closed loop has no schedule")
    rng = np.random.default_rng([spec.seed, 0])
    first, last = 0, 0
    while True:
        if spec.arrivals == "constant":
            moments = _whole(np.arange(first, first + size, dtype=np.float64) * (1e9 / spec.rate))
        else:
            moments = last + np.cumsum(_whole(rng.exponential(1e9 / spec.rate, size)))
        yield moments
        first, last = first + size, int(moments[-1])


def _whole(nanoseconds: npt.NDArray[np.float64]) -> Times:
    return np.rint(nanoseconds).astype(np.int64)


def _kinds(spec: LoadSpec, size: int) -> Iterator[Kinds]:
    """A draw by weight for each arrival, from its own stream: the moments are the same with or without."""
    weights = np.array([kind.weight for kind in spec.requests])
    if len(weights) == 1:
        yield from itertools.repeat(np.zeros(size, dtype=np.intp))
    bounds = np.cumsum(weights / weights.sum())[:-1]
    rng = np.random.default_rng([spec.seed, 1])
    while True:
        yield np.searchsorted(bounds, rng.random(size), side="right")

"""Memory that a request leaves behind: what Python's allocator holds after many, and who asked for it."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable
from typing import Any

from .probes_places import place_in

#: For all visits of a request; it is slower while every allocation is traced.
BUDGET_S = 1.0
SLOWER = 4
FEWEST, MOST = 8, 40
#: A request that leaves less is told by nobody: a counter that gets longer, a dictionary that grows.
LEAST_BYTES = 64.0
FRAMES = 12


def left_behind(visit: Callable[[], None], rest: Callable[[], None], seconds: float) -> dict[str, Any]:
    """Bytes for each request, with the keys of the bench's ``Probed``; none where it stops growing.

    ``seconds`` is what a visit takes. ``rest`` closes what is kept open from one to the next, and has memory
    of its own: SQLite's driver, say, remembers a connection's last 200 cursors.
    """
    times = round(BUDGET_S / (3 * SLOWER * max(seconds, 1e-4)))
    if times < FEWEST:
        return {}
    # What is there already is no longer looked through.
    gc.freeze()
    tracemalloc.start(FRAMES)
    try:
        return _grown(visit, rest, min(times, MOST))
    finally:
        tracemalloc.stop()


def _grown(visit: Callable[[], None], rest: Callable[[], None], times: int) -> dict[str, Any]:
    # What is kept once, as caches are filled, is kept in the first of them.
    before, middle, after = (_held_after(visit, rest, times) for _ in range(3))
    first, second = _size(middle) - _size(before), _size(after) - _size(middle)
    if min(first, second) < LEAST_BYTES * times or second < first / 2:
        return {}
    left = (first + second) / (2 * times)
    return {"left_bytes": left, "left_times": 2 * times, "left_at": _place(before, after, first + second)}


def _held_after(visit: Callable[[], None], rest: Callable[[], None], times: int) -> tracemalloc.Snapshot:
    for _ in range(times):
        visit()
    rest()
    gc.collect()
    _forget_names()
    # But for snapshots, which are held as well.
    theirs = tracemalloc.Filter(inclusive=False, filename_pattern=tracemalloc.__file__)
    return tracemalloc.take_snapshot().filter_traces((theirs,))


def _forget_names() -> None:
    """Python keeps the last names that attributes were asked by, some thousand of them."""
    clear = getattr(sys, "_clear_internal_caches", None) or getattr(sys, "_clear_type_cache", None)
    if clear is not None:
        clear()


def _size(snapshot: tracemalloc.Snapshot) -> int:
    return sum(each.size for each in snapshot.statistics("filename"))


def _place(before: tracemalloc.Snapshot, after: tracemalloc.Snapshot, grown: int) -> str | None:
    """The project's line that most of it was asked for at."""
    found: Counter[str] = Counter()
    for difference in after.compare_to(before, "traceback"):
        told = place_in([(frame.filename, frame.lineno) for frame in reversed(difference.traceback)])
        if told:
            found[told] += difference.size_diff
    (told, size), *_ = found.most_common(1) or [("", 0)]
    return told if size > grown / 2 else None

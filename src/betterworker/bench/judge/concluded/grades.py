"""The documented thresholds, and the rules in words: docs/reference.md repeats them."""

from __future__ import annotations

from typing import Final

from betterworker.bench.model import Grade, Interval, Topic

#: From the ratio to the best of the topic on, best first.
RATIOS: Final[tuple[tuple[Grade, float], ...]] = (
    ("good", 0.8),
    ("regular", 0.5),
    ("weak", 0.25),
    ("bad", 0.0),
)
ORDER: Final[tuple[Grade, ...]] = tuple(grade for grade, _ in RATIOS)
#: From this part of a topic's rows on that fail, the grade is bad; any makes it weak at most.
FAILING_IS_BAD: Final = 0.5
#: The most errors of all requests, and servers restarted in trials, of a worker that is good, or regular.
ERRORS: Final[dict[Grade, float]] = {"good": 0.001, "regular": 0.01}
RESTARTS: Final[dict[Grade, float]] = {"good": 0.01, "regular": 0.05}
#: Up to this part of its cells may fail of a worker that is weak.
FAILING_CELLS: Final = 0.10

_RATIO = "good from 0.8 of the best on, regular from 0.5, weak from 0.25, bad below"
_FAILS = "; weak at most where a row fails, bad where half of them do"
_BEHIND = "; weak at most where a row fails or is not kept up with, bad where half of them are so"
_CLIENT = "the client with which it answers most, of those that views fetch with"
RULES: Final[dict[Topic, str]] = {
    "stability": (
        "good: at most 0.1 % of requests wrong, a restart in 1 % of trials, no cell fails; regular: 1 % and "
        "5 %, or slower with age; weak: at most 10 % of cells fail; bad: more"
    ),
    "blocking": f"answers of sync views that wait for 0.1 s or longer: {_RATIO}{_FAILS}",
    "non_blocking": f"answers of sync views that do not wait: {_RATIO}{_FAILS}",
    "async": "yes: ASGI, and no async row fails; adapted: WSGI; partly: some rows fail; no: all do",
    "sync_client": _CLIENT,
    "async_client": _CLIENT,
    "memory": f"the best worker's peak memory over its own: {_RATIO}",
    "cpu": f"the best worker's CPU time for an answer over its own: {_RATIO}",
    "mixed_latency": (
        "the best worker's p99 (p95 of few requests) of fast requests beside slow ones over its own: "
        f"{_RATIO}{_BEHIND}"
    ),
}


def grades(ratio: Interval) -> tuple[Grade, ...]:
    """All that the interval reaches, the best first; none of a ratio that has no interval."""
    if ratio.low is None or ratio.high is None:
        return ()
    best, worst = (ORDER.index(_grade(end)) for end in (ratio.high, ratio.low))
    return ORDER[best : worst + 1]


def capped(found: tuple[Grade, ...], failing: int, rows: int) -> tuple[Grade, ...]:
    """What failing rows leave of the grades."""
    if not failing:
        return found
    if failing >= FAILING_IS_BAD * rows:
        return ("bad",)
    return tuple(dict.fromkeys(max(grade, "weak", key=ORDER.index) for grade in found))


def _grade(ratio: float) -> Grade:
    return next(grade for grade, least in RATIOS if ratio >= least)

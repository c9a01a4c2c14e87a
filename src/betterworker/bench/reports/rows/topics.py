"""How topics, grades and kinds of sites are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from betterworker.bench.reports.rows.figures import inverse, ratio_interval
from betterworker.bench.reports.rows.words import MISSING

if TYPE_CHECKING:
    from betterworker.bench.model import Conclusion, Grade, Site, Topic
    from betterworker.bench.reports.rows.table import Tone

#: In the order of a report.
TOPICS: Final[dict[Topic, str]] = {
    "stability": "Stability",
    "blocking": "Blocking code",
    "non_blocking": "Non-blocking code",
    "async": "Async support",
    "sync_client": "Best HTTP sync client",
    "async_client": "Best HTTP async client",
    "memory": "Memory",
    "cpu": "CPU cost",
    "mixed_latency": "Latency in mixed traffic",
}
SITES: Final[dict[Site, str]] = {
    "sync": "a site of mostly sync views",
    "async": "a site of mostly async views",
    "blocking": "a site of views that mostly wait",
}
TONES: Final[dict[Grade, Tone]] = {
    "good": "best",
    "yes": "best",
    "weak": "doubtful",
    "partly": "doubtful",
    "bad": "bad",
    "no": "bad",
    "unmeasured": "faint",
}
UNSURE: Final = "?"
#: Beside the title of the answers.
ANSWER: Final = "which worker to run, by how many times the requests per second, and what it costs"
#: Of topics in which less is better a ratio is told the other way round.
_COSTS: Final[dict[Topic, str]] = {
    "memory": "the memory of",
    "cpu": "the CPU time of",
    "mixed_latency": "the latency of",
}


def graded(conclusion: Conclusion) -> str:
    """``good``, ``good or regular``, ``good to weak``, ``httpx pooled``; ``httpx pooled?`` where not told."""
    if conclusion.best:
        return _clients(conclusion)
    if conclusion.grade is not None:
        return MISSING if conclusion.grade == "unmeasured" else conclusion.grade
    if not conclusion.between:
        return UNSURE
    between = "or" if len(conclusion.between) == 2 else "to"
    return f"{conclusion.between[0]} {between} {conclusion.between[-1]}"


def tone(conclusion: Conclusion) -> Tone:
    if conclusion.grade is None:
        return "faint"
    return TONES.get(conclusion.grade, "plain")


def to_the_best(conclusion: Conclusion) -> str:
    """``0.34 [0.29, 0.40] of fastpysgi``, ``1.40× [1.30, 1.51] the memory of uvicorn``; empty of the best."""
    ratio, against = conclusion.ratio, conclusion.against
    if ratio is None or against is None or against == conclusion.worker:
        return ""
    if conclusion.topic in _COSTS:
        return f"{ratio_interval(inverse(ratio), '×')} {_COSTS[conclusion.topic]} {against}"
    return f"{ratio_interval(ratio)} of {against}"


def _clients(conclusion: Conclusion) -> str:
    first, *others = conclusion.best
    if conclusion.grade is None:
        return f"{first}{UNSURE}"
    return (
        f"{first} or {others[0]}" if len(others) == 1 else first + f" or {len(others)} others" * bool(others)
    )

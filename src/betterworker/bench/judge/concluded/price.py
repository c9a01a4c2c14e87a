"""What running a worker costs besides: clauses for people, the weightiest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from betterworker.bench.model import Conclusion, Grade, Setup, Site, Topic

#: A worker that takes so many times what the cheapest does says so, if the interval excludes equal.
WORTH_TELLING: Final = 1.1
_POOR: Final[tuple[Grade, ...]] = ("weak", "bad")
_ELSEWHERE: Final[dict[Site, tuple[Topic, str]]] = {
    "sync": ("blocking", "views that wait"),
    "blocking": ("non_blocking", "views that do not wait"),
}

Conclusions = Mapping[Topic, Conclusion]
"""Of one worker."""


def price(site: Site, of: Conclusions, setup: Setup | None, memory_mb: float | None) -> tuple[str, ...]:
    return tuple(_clauses(site, of, setup, memory_mb))


def _clauses(site: Site, of: Conclusions, setup: Setup | None, memory_mb: float | None) -> Iterator[str]:
    if of["stability"].grade in ("regular", *_POOR):
        yield f"{of['stability'].grade} stability"
    if site in _ELSEWHERE:
        yield from _elsewhere(*_ELSEWHERE[site], of)
    yield from _async(site, of["async"].grade)
    yield from _times(of["memory"], "the memory", "" if memory_mb is None else f" ({memory_mb:,.0f} MB)")
    yield from _times(of["cpu"], "the CPU time")
    if of["mixed_latency"].grade in _POOR:
        yield f"{of['mixed_latency'].grade} latency beside slow requests"
    if setup is not None and setup.loses:
        yield "requests may be lost when it is stopped"


def _elsewhere(topic: Topic, what: str, of: Conclusions) -> Iterator[str]:
    found = of[topic]
    if found.grade in _POOR:
        yield f"{found.grade} at {what}"
    elif found.between and found.between[-1] in _POOR:
        yield f"perhaps {found.between[-1]} at {what}"


def _async(site: Site, grade: Grade | None) -> Iterator[str]:
    if grade == "no" and site != "async":
        yield "no async views"
    if grade == "adapted":
        yield "async views by adaptation only"


def _times(cost: Conclusion, what: str, own: str = "") -> Iterator[str]:
    ratio = cost.ratio
    if ratio is None or ratio.high is None or ratio.high >= 1:
        return
    if 1 / ratio.median >= WORTH_TELLING:
        yield f"{1 / ratio.median:.1f} times {what} of {cost.against}{own}"

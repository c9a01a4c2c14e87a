"""What users are promised (``p99<250ms,errors<0.1%``), and whether a window kept it. Pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from betterworker.bench.errors import BadInput
from betterworker.bench.model import Sample
from betterworker.bench.model.points import LEAST_DISPATCHED
from betterworker.bench.stats import share_over

# Latency runs from the intended time: a generator that is this late has used up half of a limit itself.
MAX_LAG_SHARE = 0.5
# Fewer waiting requests than this is what Poisson arrivals alone pile up now and then.
LEAST_BACKLOG = 32

_PERCENTILES = {"p50": 50.0, "p90": 90.0, "p95": 95.0, "p99": 99.0, "p99.9": 99.9, "max": 100.0}
_LATENCY = re.compile(r"(p50|p90|p95|p99|p99\.9|max)\s*<=?\s*(\d+\.?\d*|\.\d+)\s*(ms|s)")
_ERRORS = re.compile(r"errors\s*<=?\s*(\d+\.?\d*|\.\d+)\s*(%?)")
# 10 of 1,000 requests are 1 % in spite of binary fractions.
_ROUNDING = 1e-6
# A search judges all its windows anew after each, and reading a histogram takes milliseconds.
_share_over = lru_cache(maxsize=512)(share_over)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most ``share`` of the requests may take longer than ``ms``; 100 is the percentile of all."""

    percentile: float
    ms: float

    @property
    def share(self) -> float:
        return 1 - self.percentile / 100

    def __str__(self) -> str:
        name = "max" if self.percentile == 100 else f"p{self.percentile:g}"
        return f"{name}<{_plain(self.ms / 1000)}s" if self.ms >= 1000 else f"{name}<{_plain(self.ms)}ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Latency limits in the order of their percentiles, and the largest share of errors (0 to 1)."""

    limits: tuple[Limit, ...] = ()
    errors: float | None = None

    def __str__(self) -> str:
        errors = (
            [] if self.errors is None else [f"errors<{'=' * (not self.errors)}{_plain(100 * self.errors)}%"]
        )
        return ",".join([str(limit) for limit in self.limits] + errors)


def parse(text: str) -> Objective:
    """An objective from its text, whose canonical form is its ``str``.

    Times are in ms or s, errors in % or a fraction. Counts are judged by "at most", so ``<`` and ``<=``
    mean the same. Raises BadInput with the way out.
    """
    limits: dict[float, Limit] = {}
    errors: float | None = None
    for term in text.lower().split(","):
        limit, share = _limit(term.strip()), _error_share(term.strip())
        if limit is None and share is None:
            raise _bad(text, f"{term.strip()!r} is no limit")
        if (share is not None and errors is not None) or (limit and limit.percentile in limits):
            raise _bad(text, f"{term.strip()!r} comes on top of another limit of the same")
        if limit is not None:
            limits[limit.percentile] = limit
        errors = errors if share is None else share
    return Objective(limits=tuple(limits[percentile] for percentile in sorted(limits)), errors=errors)


def keeps(objective: Objective, sample: Sample) -> bool | None:
    """Whether a window kept the objective; None when it says nothing, the load not having been sent.

    By counts: p99 < 250 ms means that at most 1 % of the window's requests took longer, which needs no
    percentile of few. A request without a right answer is slower than every limit, and is an error.
    """
    if sample.aborted:
        return False
    if not sample.outcomes.sent or _dispatched(sample) < LEAST_DISPATCHED:
        return None
    if _kept(objective, sample, excused=0):
        return True
    unsent = (sample.offered or 0) - (sample.dispatched or 0)
    blames_the_load = _late(objective, sample) or _kept(objective, sample, excused=max(unsent, 0))
    return None if blames_the_load else False


def max_backlog(objective: Objective, *, rate: float, window_s: float, timeout_s: float) -> int:
    """How many requests may wait before the objective is certainly broken, at ``rate`` RPS.

    Little's law: more than ``rate × limit`` requests in the server, and one has waited longer than the
    limit. Twice that is a delay which does not mend itself, unless the limit lets so many of a window's
    requests be slower. Without a latency limit, what the timeout allows.
    """
    waits = [max(2 * limit.ms / 1000, limit.ms / 1000 + limit.share * window_s) for limit in objective.limits]
    return max(LEAST_BACKLOG, math.ceil(rate * min(waits, default=2 * timeout_s)))


def _limit(term: str) -> Limit | None:
    match = _LATENCY.fullmatch(term)
    if match is None or not float(match[2]):
        return None
    return Limit(percentile=_PERCENTILES[match[1]], ms=float(match[2]) * (1000 if match[3] == "s" else 1))


def _error_share(term: str) -> float | None:
    match = _ERRORS.fullmatch(term)
    share = float(match[1]) / (100 if match[2] else 1) if match else 1.0
    return share if share < 1 else None


def _bad(text: str, why: str) -> BadInput:
    return BadInput(
        f"{text!r} is no objective: {why}. Write limits like p99<250ms,errors<0.1%: "
        f"{', '.join(_PERCENTILES)} in ms or s, errors in % or as a fraction under 1, each once."
    )


def _dispatched(sample: Sample) -> float:
    return 1.0 if sample.dispatched is None or not sample.offered else sample.dispatched / sample.offered


def _late(objective: Objective, sample: Sample) -> bool:
    tightest = min((limit.ms for limit in objective.limits), default=math.inf)
    return (sample.send_lag_ms or 0.0) > MAX_LAG_SHARE * tightest


def _kept(objective: Objective, sample: Sample, *, excused: int) -> bool:
    """With ``excused`` of the requests that have no answer left out: the generator did not send them."""
    excused = min(excused, sample.outcomes.unfinished)
    sent = sample.outcomes.sent - excused
    failed = sent - sample.outcomes.ok
    if objective.errors is not None and failed > objective.errors * sent + _ROUNDING:
        return False
    return all(
        _slower(sample, limit.ms) - excused <= limit.share * sent + _ROUNDING for limit in objective.limits
    )


def _slower(sample: Sample, limit_ms: float) -> int:
    """Requests that took longer than a limit, or got no right answer."""
    outcomes = sample.outcomes
    # The histogram holds right answers and timeouts, these at the timeout: over most limits, not over all.
    timed = outcomes.ok + outcomes.timeout
    over = round((_share_over(sample.latency, limit_ms) or 0.0) * timed)
    return max(over, outcomes.timeout) + outcomes.sent - timed


def _plain(number: float) -> str:
    return f"{number:.10g}"

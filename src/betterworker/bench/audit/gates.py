"""The gates that a published figure passes: the bench's own limits, on what a log of wrk can tell."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from betterworker.bench.audit.blocks import LATENESS_S, Block
from betterworker.bench.audit.delays import Delay
from betterworker.bench.gates import MAX_ERROR_SHARE
from betterworker.bench.gates.limits import IMPOSSIBLE_COMPLETIONS, IMPOSSIBLE_OVER, NEAR_CEILING
from betterworker.bench.model import Finding

_KINDS = (
    ("timeouts", "timed out"),
    ("bad_status", "answered neither 2xx nor 3xx"),
    ("connect_errors", "could not connect"),
    ("read_errors", "broke off while reading"),
    ("write_errors", "broke off while writing"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A block with what is known from outside it: the view's delay, and what others got from its address."""

    block: Block
    delay: Delay | None = None
    usual_bytes: float | None = None

    @property
    def limit_rps(self) -> float | None:
        """The most that is physically possible.

        Little's law; and in a run of some rounds, each connection waits whole rounds. None without a delay.
        """
        held, seconds = self.block.held, self.block.seconds
        if self.delay is None or held is None or not seconds:
            return None
        # A little more time than was written: threads start one after the other.
        rounds = math.floor(seconds * (1 + IMPOSSIBLE_OVER) / self.delay.seconds)
        return min(held / self.delay.seconds, rounds * held / seconds)


def unreadable(case: Case) -> Finding | None:
    if case.block.problem is None:
        return None
    return _invalid("unreadable", case.block.problem, "Publish the whole block, as wrk wrote it.")


def zero(case: Case) -> Finding | None:
    block = case.block
    if block.rps is None or (block.rps and block.requests != 0):
        return None
    told = _told_errors(block)
    message = f"no request was answered: {told}" if told else "no request was answered"
    return _invalid("zero", message, "Open the address by hand; restart the server between runs.")


def all_timed_out(case: Case) -> Finding | None:
    block = case.block
    if not block.requests or block.timeouts < block.requests:
        return None
    return _invalid(
        "all_timed_out",
        f"all {block.requests:,} requests timed out, and were counted all the same",
        f"wrk calls an answer after {LATENESS_S:g} s a timeout: give it a --timeout above the view's delay.",
    )


def impossible(case: Case) -> Finding | None:
    block, limit = case.block, case.limit_rps
    if limit is None or block.rps is None or block.seconds is None or case.delay is None:
        return None
    completed = block.requests if block.requests is not None else block.rps * block.seconds
    over = completed > limit * block.seconds + IMPOSSIBLE_COMPLETIONS
    if block.rps <= limit * (1 + IMPOSSIBLE_OVER) or not over:
        return None
    return _invalid(
        "impossible",
        f"{block.rps:,.0f} RPS, but {block.held:,} connections on a {_view(case.delay)} give at most "
        f"{_limit_told(case, limit)}{_answered_in(case)}",
        "Open the address by hand: it leads to another view, or does not wait that long (then tell --delay).",
    )


def errors(case: Case) -> Finding | None:
    block = case.block
    tried = (block.requests or 0) + block.lost
    if not tried or block.errors / tried <= MAX_ERROR_SHARE:
        return None
    if block.errors == block.timeouts and all_timed_out(case) is not None:
        return None  # which says it
    return _invalid(
        "errors",
        f"{100 * block.errors / tried:.1f} % of {tried:,} requests went wrong: {_told_errors(block)}",
        "Fewer connections, or a longer --timeout; read the server's log for what is not a timeout.",
    )


def at_ceiling(case: Case) -> Finding | None:
    limit, rps = case.limit_rps, case.block.rps
    if not limit or not rps or rps < limit * (1 - NEAR_CEILING) or case.delay is None:
        return None
    if impossible(case) is not None:
        return None
    return Finding(
        gate="at_ceiling",
        severity="label",
        message=f"within {100 * NEAR_CEILING:.0f} % of {_limit_told(case, limit)}, the most that "
        f"{case.block.held:,} connections get on a {_view(case.delay)}: it ranks nothing",
        advice="Only more connections can tell apart the servers that reach it.",
    )


def _told_errors(block: Block) -> str:
    counts = [(getattr(block, kind), words) for kind, words in _KINDS]
    return ", ".join(f"{count:,} {words}" for count, words in counts if count)


def _view(delay: Delay) -> str:
    return f"{delay.seconds:g} s view" + (f" (read from {delay.said})" if delay.said else "")


def _limit_told(case: Case, limit: float) -> str:
    """Where whole rounds are the limit, it is not what the reader gets by a division."""
    block, delay = case.block, case.delay
    if delay is None or block.held is None or limit >= 0.999 * block.held / delay.seconds:
        return f"{limit:,.0f} RPS"
    return f"{limit:,.1f} RPS (whole rounds in {block.seconds:g} s)"


def _answered_in(case: Case) -> str:
    """wrk's own latency is the plainest witness of a view that does not wait."""
    mean = case.block.latency_mean_s
    if not mean or case.delay is None or mean >= case.delay.seconds:
        return ""
    return f"; its answers took {mean:.3g} s on average"


def _invalid(gate: str, message: str, advice: str) -> Finding:
    return Finding(gate=gate, severity="invalid", message=message, advice=advice)


Gate = Callable[[Case], Finding | None]
#: In order of weight: the first that fires is the verdict.
GATES: tuple[Gate, ...] = (unreadable, zero, all_timed_out, impossible, errors, at_ceiling)

"""What the open loop adds to a cell's gates: was the rate sent, and was it kept?"""

from __future__ import annotations

import math

from betterworker.bench import gates
from betterworker.bench.gates import MAX_ERROR_SHARE, Cell
from betterworker.bench.model import Finding, Sample
from betterworker.bench.model.points import FAST, LEAST_DISPATCHED, MIXES
from betterworker.bench.stats import latency, merge

MAX_SEND_LAG_MS = 5.0
# Latency runs from the intended time: a lag under this part of the tail does not make it.
MAX_LAG_OF_TAIL = 0.1
MIN_ANSWERED = 0.95
# What is in flight at a window's two ends differs by chance, as Poisson counts do: so many deviations.
CHANCE = 3.0


def generator_limited(cell: Cell) -> Finding | None:
    reason = _not_sent(cell) or _sent_late(cell)
    if reason is None:
        return None
    return Finding(
        gate="generator_limited",
        severity="label",
        message=reason,
        advice="Give the load more CPUs or ask for a lower rate: this latency is partly the generator's.",
    )


def saturated(cell: Cell) -> Finding | None:
    """The server did not keep the rate, and requests were left waiting."""
    if not any(sample.aborted for sample in cell.samples) and not _falls_behind(cell):
        return None
    timeouts = cell.outcomes.timeout
    ended = sum(sample.aborted for sample in cell.samples)
    return Finding(
        gate="saturated",
        severity="label",
        message=f"did not keep {rate(cell):,g} RPS: answered {answered(cell):,.0f}"
        + f", {timeouts:,} of {cell.outcomes.sent:,} requests timed out" * bool(timeouts)
        + f", {ended} of {len(cell.samples)} windows ended early by requests left waiting" * bool(ended),
        advice="Read it as 'cannot keep this rate': its latency grows with the length of the window.",
    )


def error_share(cell: Cell) -> Finding | None:
    """As in the closed loop; where the rate is not kept, timeouts are what follows and are told with it."""
    outcomes = cell.outcomes
    others = outcomes.errors - outcomes.timeout
    if outcomes.sent and others / outcomes.sent <= MAX_ERROR_SHARE and saturated(cell) is not None:
        return None
    return gates.error_share(cell)


#: In order of weight.
PACED_GATES: tuple[gates.Gate, ...] = (
    gates.unbalanced,
    gates.wrong_content,
    gates.connections_exhausted,
    gates.cannot_serve,
    error_share,
    gates.nothing_answered,
    generator_limited,
    saturated,
    gates.setting_without_effect,
    gates.restless,
    gates.restarted,
)


def rate(cell: Cell) -> float:
    """The rate that was asked for, in RPS."""
    return cell.results[-1].trial.load.rate or math.nan


def answered(cell: Cell) -> float:
    """Validated responses per second over all windows."""
    return sum(sample.completed for sample in cell.samples) / _seconds(cell)


def send_lag_ms(cell: Cell) -> float | None:
    """The p99 of how late requests were sent, of the window in which it was worst."""
    return max((s.send_lag_ms for s in cell.samples if s.send_lag_ms is not None), default=None)


def histograms(cell: Cell, kind: str) -> tuple[str, ...]:
    """Of mixed traffic those of one kind of request; of any other all requests, as the fast ones."""
    found = (histogram(sample, kind, point(cell)) for sample in cell.samples)
    return tuple(encoded for encoded in found if encoded is not None)


def point(cell: Cell) -> str:
    return cell.results[-1].trial.point


def histogram(sample: Sample, kind: str, point: str) -> str | None:
    """``point`` is the window's: what a user calls ``fast`` is no mixed traffic."""
    if point not in MIXES or not sample.parts:
        return sample.latency if kind == FAST else None
    part = sample.parts.get(kind)
    return part.latency if part is not None else None


def _seconds(cell: Cell) -> float:
    # A backlog left by the warm-up can end a window at its very start.
    return max(sum(sample.window_s for sample in cell.samples), 1e-9)


def _offered(cell: Cell) -> int:
    return sum(sample.offered or 0 for sample in cell.samples)


def _dispatched(cell: Cell) -> int:
    return sum(sample.dispatched or 0 for sample in cell.samples)


def _not_sent(cell: Cell) -> str | None:
    if not _offered(cell) or _dispatched(cell) >= LEAST_DISPATCHED * _offered(cell):
        return None
    could = _dispatched(cell) / _seconds(cell)
    return f"asked for {rate(cell):,g} RPS, the load generator could send {could:,.0f}"


def _sent_late(cell: Cell) -> str | None:
    lag = send_lag_ms(cell)
    if lag is None or lag <= MAX_SEND_LAG_MS or lag <= MAX_LAG_OF_TAIL * _tail_ms(cell):
        return None
    return f"the load generator sent 1 % of a window's requests more than {lag:,.1f} ms late"


def _tail_ms(cell: Cell) -> float:
    seen = latency(merge(histograms(cell, FAST)))
    return (seen and (seen.p99 or seen.p95 or seen.p50)) or 0.0


def _falls_behind(cell: Cell) -> bool:
    """Whether the requests under way grew: by more than 5 % of what was sent, and than chance explains.

    When the warm-up is shorter than the view's own delay, the first answers come that much later.
    """
    if not cell.samples:
        return False
    sent = _dispatched(cell)
    quiet_s = max(cell.delay_s - cell.results[-1].trial.warmup_s, 0.0)
    due = sent * (1 - min(len(cell.samples) * quiet_s / _seconds(cell), 1.0))
    grown = due - sum(sample.completed for sample in cell.samples)
    if grown <= (1 - MIN_ANSWERED) * sent:
        return False
    return grown > CHANCE * math.sqrt(2 * len(cell.samples) * _in_flight(cell))


def _in_flight(cell: Cell) -> float:
    """Little's law: rate × latency."""
    seen = latency(merge(sample.latency for sample in cell.samples if sample.latency is not None))
    return rate(cell) * ((seen and seen.p50) or 0.0) / 1000

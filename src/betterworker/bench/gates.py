"""What makes a cell unfit to publish, or a figure to be read with care: a function per gate."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from betterworker.bench.model import Ceiling, Finding, Outcomes, Result, Sample

MAX_ERROR_SHARE = 0.01
MOSTLY = 0.5
IMPOSSIBLE_OVER = 0.02
IMPOSSIBLE_COMPLETIONS = 2
NEAR_CEILING = 0.03
MAX_GENERATOR_SHARE = 0.60
MAX_GENERATOR_CPU = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The facts of one worker × scenario.

    ``ceiling`` is the null server's, with the same connections.
    """

    worker: str
    scenario: str
    delay_s: float
    connections: int
    results: tuple[Result, ...]
    ceiling: Ceiling | None = None

    @property
    def samples(self) -> tuple[Sample, ...]:
        return tuple(result.sample for result in self.results if result.sample is not None)

    @property
    def outcomes(self) -> Outcomes:
        return sum((sample.outcomes for sample in self.samples), Outcomes())

    @property
    def goodputs(self) -> tuple[float, ...]:
        """Validated responses per second, one per window."""
        return tuple(sample.completed / sample.window_s for sample in self.samples)

    @property
    def physical_ceiling(self) -> float | None:
        """Little's law: the most a closed loop can get, in RPS; None for a view without a delay."""
        return self.connections / self.delay_s if self.delay_s > 0 else None


Gate = Callable[[Cell], Finding | None]


def unbalanced(cell: Cell) -> Finding | None:
    if all(sample.outcomes.balanced for sample in cell.samples):
        return None
    return Finding(
        gate="unbalanced",
        severity="invalid",
        message="the outcomes do not add up to the requests that were sent",
        advice="This is a bug of betterworker: please report it with the run folder.",
    )


def impossible(cell: Cell) -> Finding | None:
    limit = cell.physical_ceiling
    if limit is None:
        return None
    over = [
        rate
        for rate, sample in zip(cell.goodputs, cell.samples, strict=True)
        if rate > limit * (1 + IMPOSSIBLE_OVER)
        # In a short window one or two completions more than the ideal are already over 2 %.
        and sample.completed > limit * sample.window_s + IMPOSSIBLE_COMPLETIONS
    ]
    if not over:
        return None
    return Finding(
        gate="impossible",
        severity="invalid",
        message=(
            f"{max(over):,.0f} RPS, but {cell.connections:,} connections on a {cell.delay_s:g} s "
            f"view give at most {limit:,.0f}"
        ),
        advice=(
            "Check that the path leads to the right view and that it waits as long as it says; "
            "use windows at least as long as its delay."
        ),
    )


def wrong_content(cell: Cell) -> Finding | None:
    wrong = cell.outcomes.invalid_body
    first = next((s.first_reply_wrong for s in cell.samples if s.first_reply_wrong is not None), None)
    if not wrong and first is None:
        return None
    message = (
        f"a window's first reply was wrong: {first}"
        if first is not None
        else f"{wrong:,} of {cell.outcomes.sent:,} requests got a wrong body"
    )
    return Finding(
        gate="wrong_content",
        severity="invalid",
        message=message,
        advice="Open the path by hand: the view, its data or the upstream is not the expected one.",
    )


def cannot_serve(cell: Cell) -> Finding | None:
    """Most answers were errors: the row is not slow under this worker, it does not work."""
    outcomes = cell.outcomes
    if not outcomes.sent or outcomes.bad_status / outcomes.sent < MOSTLY:
        return None
    status = _most_common_error(cell) or "wrong status"
    raised = next((sample.raised for sample in cell.samples if sample.raised), None)
    return Finding(
        gate="fails",
        severity="invalid",
        message=f"{status}: {raised}" if raised else status,
        advice=f"{outcomes.bad_status:,} of {outcomes.sent:,} requests: {_ERROR_ADVICE['bad_status']}",
    )


def error_share(cell: Cell) -> Finding | None:
    outcomes = cell.outcomes
    if not outcomes.sent or outcomes.errors / outcomes.sent <= MAX_ERROR_SHARE:
        return None
    if outcomes.bad_status / outcomes.sent >= MOSTLY:
        return None  # `cannot_serve` says it
    share = f"{100 * outcomes.errors / outcomes.sent:.1f} % of {outcomes.sent:,} requests"
    kind, count = _dominant(outcomes)
    phrase = _phrase(kind, cell)
    return Finding(
        gate="error_share",
        severity="invalid",
        message=f"{share} {phrase}"
        if count == outcomes.errors
        else f"{share} went wrong: most of them ({count:,}) {phrase}",
        advice=_ERROR_ADVICE[kind],
    )


def nothing_answered(cell: Cell) -> Finding | None:
    if not cell.samples or cell.outcomes.bad_status / max(cell.outcomes.sent, 1) >= MOSTLY:
        return None
    if any(sample.completed for sample in cell.samples) and (cell.outcomes.ok or not cell.outcomes.sent):
        return None
    return Finding(
        gate="nothing_answered",
        severity="invalid",
        message="no request got a right answer inside a window",
        advice="Open the path by hand; if it answers, use fewer connections or a longer window.",
    )


def generator_limited(cell: Cell) -> Finding | None:
    reason = _near_null_server(cell) or _busy_generator(cell)
    if reason is None:
        return None
    return Finding(
        gate="generator_limited",
        severity="label",
        message=reason,
        advice="Give the load more CPUs: this figure is a lower bound and never wins.",
    )


def at_ceiling(cell: Cell) -> Finding | None:
    limit = cell.physical_ceiling
    if limit is None or not cell.goodputs:
        return None
    if statistics.median(cell.goodputs) < limit * (1 - NEAR_CEILING):
        return None
    return Finding(
        gate="at_ceiling",
        severity="label",
        message="within 3 % of connections / delay, the most that this load can get",
        advice="Workers at the ceiling tie: only more connections could tell them apart.",
    )


def restless(cell: Cell) -> Finding | None:
    count = sum(not sample.rested for sample in cell.samples)
    if not count:
        return None
    return Finding(
        gate="contamination",
        severity="note",
        message=f"did not come to rest after {_windows(count, cell)} and was restarted",
        advice="It went on with requests whose clients had left; the next window started clean.",
    )


def restarted(cell: Cell) -> Finding | None:
    count = sum(result.restarted for result in cell.results)
    if not count:
        return None
    return Finding(
        gate="contamination",
        severity="note",
        message=f"was started anew before {_windows(count, cell)}",
        advice="The window before had left it restless or dead: look at that row of this worker.",
    )


def setting_without_effect(cell: Cell) -> Finding | None:
    for result in cell.results:
        asked, sample = result.processes_asked, result.sample
        if asked is None or sample is None or sample.processes is None:
            continue
        if sample.processes < asked:
            return Finding(
                gate="setting_without_effect",
                severity="label",
                message=f"{asked} processes were asked for, {sample.processes} served",
                advice="The setting changed nothing: compare it with workers of as many processes.",
            )
    return None


# In order of weight: a short report names the first that made a cell invalid.
GATES: tuple[Gate, ...] = (
    unbalanced,
    impossible,
    wrong_content,
    cannot_serve,
    error_share,
    nothing_answered,
    generator_limited,
    at_ceiling,
    setting_without_effect,
    restless,
    restarted,
)

_ERROR_ADVICE = {
    "timeout": "It cannot answer this load in time: use fewer connections or more processes.",
    "bad_status": "Read the server's log and open the path by hand: the view or the worker fails.",
    "invalid_body": "Open the path by hand and compare its body with what the scenario expects.",
    "connection_error": "Read the server's log for crashes; check its backlog and open-file limit.",
}


def _dominant(outcomes: Outcomes) -> tuple[str, int]:
    counts = {kind: int(getattr(outcomes, kind)) for kind in _ERROR_ADVICE}
    kind = max(counts, key=counts.__getitem__)
    return kind, counts[kind]


def _phrase(kind: str, cell: Cell) -> str:
    if kind == "timeout":
        return f"timed out at {cell.results[0].trial.timeout_s:g} s"
    phrase = {
        "bad_status": "got a wrong status",
        "invalid_body": "got a wrong body",
        "connection_error": "lost their connection",
    }[kind]
    common = _most_common_error(cell)
    return f"{phrase} (most often: {common})" if common else phrase


def _most_common_error(cell: Cell) -> str | None:
    details: Counter[str] = Counter()
    for sample in cell.samples:
        details.update(dict(sample.errors))
    common = details.most_common(1)
    return common[0][0] if common else None


def _near_null_server(cell: Cell) -> str | None:
    if cell.ceiling is None or not cell.goodputs:
        return None
    share = statistics.median(cell.goodputs) / cell.ceiling.rps
    if share <= MAX_GENERATOR_SHARE:
        return None
    return (
        f"{100 * share:.0f} % of the {cell.ceiling.rps:,.0f} RPS that the load generator reaches "
        "against a null server"
    )


def _busy_generator(cell: Cell) -> str | None:
    # Of many short windows one may well be busy: as of goodput, the median tells.
    busy = [sample.generator_cpu for sample in cell.samples if sample.generator_cpu is not None]
    if not busy or statistics.median(busy) <= MAX_GENERATOR_CPU:
        return None
    return f"the load generator used {100 * statistics.median(busy):.0f} % of its CPU"


def _windows(count: int, cell: Cell) -> str:
    return f"{count} of {len(cell.results)} windows"

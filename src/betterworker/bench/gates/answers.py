"""Gates on what was answered: wrong counts, wrong content, errors, nothing at all."""

from __future__ import annotations

from collections import Counter

from betterworker.bench.gates.cell import Cell
from betterworker.bench.model import Finding, Outcomes

MAX_ERROR_SHARE = 0.01
MOSTLY = 0.5

_ERROR_ADVICE = {
    "timeout": "It cannot answer this load in time: use fewer connections or more processes.",
    "bad_status": "Read the server's log and open the path by hand: the view or the worker fails.",
    "invalid_body": "Open the path by hand and compare its body with what the scenario expects.",
    "connection_error": "Read the server's log for crashes; check its backlog and open-file limit.",
}


def unbalanced(cell: Cell) -> Finding | None:
    if all(sample.outcomes.balanced for sample in cell.samples):
        return None
    return Finding(
        gate="unbalanced",
        severity="invalid",
        message="the outcomes do not add up to the requests that were sent",
        advice="This is a bug of betterworker: please report it with the run folder.",
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

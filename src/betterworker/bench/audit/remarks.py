"""What does not make a figure invalid, but should be known when it is read."""

from __future__ import annotations

from betterworker.bench.audit.blocks import LATENESS_S
from betterworker.bench.audit.gates import Case, Gate
from betterworker.bench.model import Finding

#: Written figures are rounded; past this share two of them are not the same.
MOST_APART = 0.02
#: An answer this much shorter than others from the same address, in bytes too, is another one: servers'
#: headers alone differ by less.
MUCH_SHORTER = 2 / 3
LEAST_SHORTER_BYTES = 200
#: Of so few rounds it shows whether a figure is a whole number of them.
FEW_ROUNDS = 4
ROUND_APART = 0.005


def contradictory(case: Case) -> Finding | None:
    block = case.block
    if not block.requests or not block.seconds or block.rps is None:
        return None
    rps = block.requests / block.seconds
    if abs(block.rps - rps) <= rps * (MOST_APART + block.rounding_s / block.seconds):
        return None
    return _note(
        "contradictory",
        f"contradicts itself: {block.requests:,} requests in {block.seconds:g} s are {rps:,.0f} RPS, "
        f"not {block.rps:,.0f}",
        "Ask for the log as it was: a figure in it was changed.",
    )


def late_left_out(case: Case) -> Finding | None:
    block = case.block
    if block.corrected or not block.requests or not 0 < block.timeouts < block.requests:
        return None
    return _note(
        "late_left_out",
        f"its latency leaves out {block.timeouts:,} answers that came after the timeout",
        "Read no maximum or percentile from it.",
    )


def beyond_timeout(case: Case) -> Finding | None:
    block = case.block
    longest = max(block.latency_max_s or 0.0, block.latency_p99_s or 0.0)
    # 2.00s is what wrk writes of anything below its timeout.
    if block.corrected or longest <= LATENESS_S * 1.005:
        return None
    return _note(
        "beyond_timeout",
        f"latency up to {longest:.3g} s, past wrk's own timeout of {LATENESS_S:g} s: it was given another",
        "Ask which --timeout it was: it decides what counts as an error.",
    )


def whole_rounds(case: Case) -> Finding | None:
    """Every connection answered once, or twice: a step of the load's, not a speed of the server's."""
    block, delay = case.block, case.delay
    if delay is None or not block.held or not block.seconds or block.rps is None:
        return None
    rounds = round(block.rps * block.seconds / block.held)
    apart = abs(block.rps * block.seconds - rounds * block.held)
    most = block.seconds / delay.seconds
    if not 0 < rounds < int(most) or most > FEW_ROUNDS or apart > ROUND_APART * rounds * block.held:
        return None
    return _note(
        "whole_rounds",
        f"exactly {rounds} {'round' if rounds == 1 else 'rounds'} of {block.held:,} connections in "
        f"{block.seconds:g} s: a step of the load's, which a longer run would move",
        "Run it many times as long as the view waits.",
    )


def different_answers(case: Case) -> Finding | None:
    each, usual = case.block.bytes_each, case.usual_bytes
    if each is None or usual is None or each > usual * MUCH_SHORTER or usual - each < LEAST_SHORTER_BYTES:
        return None
    return _note(
        "different_answers",
        f"different answers: {each:,.0f} bytes each, where others get {usual:,.0f} from this address",
        "Compare the answers by hand: an empty database, an error page, another view.",
    )


def _note(gate: str, message: str, advice: str) -> Finding:
    return Finding(gate=gate, severity="note", message=message, advice=advice)


REMARKS: tuple[Gate, ...] = (contradictory, different_answers, whole_rounds, late_left_out, beyond_timeout)

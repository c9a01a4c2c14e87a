"""Blocks judged: each gets the verdict of the heaviest gate that fires."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from betterworker.bench.audit.blocks import Block
from betterworker.bench.audit.delays import Delay, Delays, path_of
from betterworker.bench.audit.gates import GATES, Case
from betterworker.bench.audit.remarks import REMARKS
from betterworker.bench.model import Finding

Verdict = Literal["unreadable", "zero", "all timed out", "impossible", "errors", "at ceiling", "fine"]
#: By gate, the worst first; ``fine`` is when none fires.
_BY_GATE: dict[str, Verdict] = {
    "unreadable": "unreadable",
    "zero": "zero",
    "all_timed_out": "all timed out",
    "impossible": "impossible",
    "errors": "errors",
    "at_ceiling": "at ceiling",
}
OMISSION = (
    "wrk's latency is that of a closed loop at saturation: while a server stalls, wrk sends nothing, and the "
    "wait is missing (coordinated omission). Users feel another one: measure it at a steady rate."
)
VERDICTS: tuple[Verdict, ...] = (*_BY_GATE.values(), "fine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """``findings`` are in order of weight; of severity ``note`` they change no verdict."""

    block: Block
    delay: Delay | None
    limit_rps: float | None
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        return next((_BY_GATE[each.gate] for each in self.findings if each.gate in _BY_GATE), "fine")

    @property
    def invalid(self) -> bool:
        return any(each.severity == "invalid" for each in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """All blocks in the order they were read, each a ``noun``; ``notes`` hold of all of them."""

    judged: tuple[Judged, ...]
    noun: str = "block"
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """Every verdict, also those that no block got."""
        found = Counter(each.verdict for each in self.judged)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def with_errors(self) -> int:
        """Blocks with any error at all, also those that are fine."""
        return sum(each.block.errors > 0 for each in self.judged)

    @property
    def invalid(self) -> int:
        return sum(each.invalid for each in self.judged)


def audit(
    found: Iterable[Block], delays: Delays, *, noun: str = "block", notes: tuple[str, ...] = ()
) -> Audit:
    blocks = tuple(found)
    usual = _usual_bytes(blocks)
    cases = (
        Case(block=block, delay=delays.of(block), usual_bytes=usual.get(path_of(block.address or "")))
        for block in blocks
    )
    return Audit(judged=tuple(map(_judged, cases)), noun=noun, notes=(*notes, *_notes(blocks)))


def _judged(case: Case) -> Judged:
    # Of what cannot be read, or did not answer, nothing else is to be said.
    fired = tuple(finding for gate in GATES if (finding := gate(case)) is not None)
    silent = any(finding.gate in ("unreadable", "zero") for finding in fired)
    remarks = () if silent else tuple(note for gate in REMARKS if (note := gate(case)) is not None)
    return Judged(
        block=case.block,
        delay=case.delay,
        limit_rps=case.limit_rps,
        findings=fired[:1] if silent else fired + remarks,
    )


def _usual_bytes(blocks: Iterable[Block]) -> dict[str, float]:
    """By path: the median length of an answer. A path that was asked once has none to compare with."""
    lengths: defaultdict[str, list[float]] = defaultdict(list)
    for block in blocks:
        if block.address and block.problem is None and block.bytes_each is not None:
            lengths[path_of(block.address)].append(block.bytes_each)
    return {path: statistics.median(each) for path, each in lengths.items() if len(each) > 1}


def _notes(blocks: Iterable[Block]) -> tuple[str, ...]:
    omitting = any(block.latency_mean_s is not None and not block.corrected for block in blocks)
    return (OMISSION,) if omitting else ()

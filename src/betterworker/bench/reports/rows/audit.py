"""What an audit shows, derived once: a line a block, counts, and what holds of all of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from itertools import takewhile
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from betterworker.bench.reports.rows.words import MISSING, joined, number_or_missing, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from betterworker.bench.audit import Audit, Block, Judged, Verdict
    from betterworker.bench.reports.rows.table import Tone

TITLE_GLUE = " › "
_TONES: dict[Verdict, Tone] = {"fine": "plain", "at ceiling": "capped"}
_ERRORS = ("connect_errors", "read_errors", "write_errors", "timeouts", "bad_status")
_SPLIT_AT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One block as people read it; ``why`` has a sentence for each thing that was noticed."""

    line: str
    title: str
    address: str
    connections: str
    rps: str
    verdict: Verdict
    tone: Tone
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPart:
    """The blocks of one file; what all their titles and addresses begin with stands in ``title`` alone."""

    title: str
    lines: tuple[AuditLine, ...]


def audit_parts(audit: Audit) -> tuple[AuditPart, ...]:
    files: defaultdict[str, list[Judged]] = defaultdict(list)
    for each in audit.judged:
        files[each.block.file].append(each)
    return tuple(_part(file, judged) for file, judged in files.items())


def audit_counts(audit: Audit) -> str:
    """``365 blocks: 52 fine, 14 impossible; 259 carry errors``."""
    counts = audit.counts
    worst_last = sorted(counts, key=lambda verdict: verdict != "fine")
    told = ", ".join(f"{counts[verdict]:,} {verdict}" for verdict in worst_last if counts[verdict])
    all_of = f"{len(audit.judged):,} {audit.noun}{'' if len(audit.judged) == 1 else 's'}"
    errors = f"; {audit.with_errors:,} with errors" if audit.with_errors else ""
    return f"{all_of}: {told}{errors}"


def audit_notes(audit: Audit) -> tuple[str, ...]:
    read = {each.delay.said: each.delay for each in audit.judged if each.delay and each.delay.said}
    told = [f"{one_line(said)} ({delay.seconds:g} s)" for said, delay in read.items() if said]
    delays = f"Delays were read from the addresses: {joined(told)}. Where one is wrong, tell it with --delay."
    return (*((delays,) if told else ()), *map(one_line, audit.notes))


def audit_record(judged: Judged) -> dict[str, object]:
    block, delay = judged.block, judged.delay
    return {
        "file": block.file,
        "line": block.line,
        "title": list(block.title),
        "address": block.address,
        "connections": block.connections,
        "threads": block.threads,
        "seconds": block.seconds,
        "requests": block.requests,
        "rps": block.rps,
        "errors": {kind: getattr(block, kind) for kind in _ERRORS},
        "bytes_each": block.bytes_each,
        "delay_s": delay.seconds if delay else None,
        "delay_from": delay.said if delay else None,
        "limit_rps": judged.limit_rps,
        "verdict": judged.verdict,
        "findings": [asdict(finding) for finding in judged.findings],
    }


def _part(file: str, judged: Sequence[Judged]) -> AuditPart:
    begin = _common([each.block.title[:-1] for each in judged])
    host = _common([(_host(each.block),) for each in judged if each.block.address])
    titles = (one_line(file), TITLE_GLUE.join(map(one_line, begin)))
    title = ": ".join(filter(None, titles)) + (f" (at {one_line(host[0])})" if host and host[0] else "")
    lines = (_line(each, len(begin), host[0] if host else "") for each in judged)
    return AuditPart(title=title, lines=tuple(lines))


def _common(titles: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """What all begin with; nothing where there is one alone."""
    if len(titles) < _SPLIT_AT:
        return ()
    steps = takewhile(lambda step: len(set(step)) == 1, zip(*titles, strict=False))
    return tuple(step[0] for step in steps)


def _line(judged: Judged, skipped: int, host: str) -> AuditLine:
    block = judged.block
    return AuditLine(
        line=f"{block.line}",
        title=one_line(TITLE_GLUE.join(block.title[skipped:])) or MISSING,
        address=one_line((block.address or "").removeprefix(host)),
        connections=MISSING if block.connections is None else f"{block.connections:,}",
        rps=number_or_missing(block.rps),
        verdict=judged.verdict,
        tone=_TONES.get(judged.verdict, "bad"),
        why=tuple(one_line(finding.message) for finding in judged.findings),
    )


def _host(block: Block) -> str:
    """``http://localhost:8000``; empty where the address has none."""
    try:
        parts = urlsplit(block.address or "")
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

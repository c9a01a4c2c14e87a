"""Every gate that fired and why, gate by gate: those of the run first, then those of cells."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.notes import Note, grouped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from betterworker.bench.model import Finding, Severity, Summary

SEVERITIES: dict[Severity, str] = {
    "invalid": "takes the figure away",
    "label": "figure with a mark",
    "note": "for information",
}
#: Findings that the timeline shows.
OF_TIME = frozenset({"drift", "warming", "disturbed", "repeated"})
_WEIGHT: dict[Severity, int] = {"invalid": 0, "label": 1, "note": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """``meaning`` is of its gravest finding."""

    name: str
    severity: Severity
    meaning: str
    notes: tuple[Note, ...]


def gates(summary: Summary) -> tuple[Gate, ...]:
    """The gravest first."""
    found: defaultdict[str, list[Note]] = defaultdict(list)
    for note in (*_of_run(summary.findings), *grouped(summary)):
        found[note.finding.gate].append(note)
    told = [_gate(name, notes) for name, notes in found.items()]
    return tuple(sorted(told, key=lambda gate: _WEIGHT[gate.severity]))


def of_time(summary: Summary) -> tuple[Note, ...]:
    """What was found of servers that change with their age, and of a machine that was disturbed."""
    notes = (*_of_run(summary.findings), *grouped(summary))
    return tuple(note for note in notes if note.finding.gate in OF_TIME)


def _of_run(findings: Iterable[Finding]) -> list[Note]:
    return [Note(workers=(), rows="the whole run", finding=finding) for finding in findings]


def _gate(name: str, notes: list[Note]) -> Gate:
    severity = min((note.finding.severity for note in notes), key=_WEIGHT.__getitem__)
    return Gate(
        name=name.replace("_", " "), severity=severity, meaning=SEVERITIES[severity], notes=tuple(notes)
    )

"""What the tables say in marks, said in words: reasons and advice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from betterworker.bench.model import Finding
from betterworker.bench.reports.rows.words import connections_title, joined, one_line, point_title, row_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from betterworker.bench.model import Summary

FEW = 3
_WEIGHT = {"invalid": 0, "label": 1, "note": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A finding, who shares it, and in which rows, as words."""

    workers: tuple[str, ...]
    rows: str
    finding: Finding


def notes(summary: Summary) -> tuple[str, ...]:
    """Each finding in full with its advice, the gravest first; what is the same is said once."""
    return tuple(
        f"{', '.join(each.workers)}; {each.rows}: {sentence(each.finding)}" for each in grouped(summary)
    )


def grouped(summary: Summary) -> tuple[Note, ...]:
    """The gravest first; what is the same is said once."""
    closed = tuple(dict.fromkeys(row_title(estimate.scenario) for estimate in summary.estimates))
    steady = tuple(dict.fromkeys(point_title(p.scenario, p.point, p.rate) for p in summary.paced))
    swept = tuple(dict.fromkeys(connections_title(s.scenario, s.connections) for s in summary.swept))
    kinds = {"rows": closed, "rows of the open loop": steady, "points of the sweeps": swept}
    # Stable: within a severity the study's order stays.
    entries = sorted(_grouped(summary), key=lambda entry: _WEIGHT[entry[1].severity])
    return tuple(
        Note(workers=tuple(workers), rows=_rows(titles, kinds), finding=finding)
        for workers, finding, titles in entries
    )


def run_notes(summary: Summary) -> tuple[str, ...]:
    """The findings about the run as a whole, with their advice."""
    return tuple(sentence(finding) for finding in summary.findings)


def _grouped(summary: Summary) -> list[tuple[list[str], Finding, tuple[str, ...]]]:
    """Workers that share a finding in the same rows, the finding, the rows' titles."""
    rows: defaultdict[tuple[str, Finding], list[str]] = defaultdict(list)
    for worker, title, finding in _all(summary):
        rows[worker, finding].append(title)
    workers: defaultdict[tuple[Finding, tuple[str, ...]], list[str]] = defaultdict(list)
    for (worker, finding), titles in rows.items():
        workers[finding, tuple(titles)].append(worker)
    return [(names, finding, titles) for (finding, titles), names in workers.items()]


def _all(summary: Summary) -> Iterator[tuple[str, str, Finding]]:
    """Worker, title of the row, finding: closed loop, open loop, sweeps, capacity."""
    for estimate in summary.estimates:
        for finding in estimate.findings:
            yield estimate.worker, row_title(estimate.scenario), finding
    for paced in summary.paced:
        for finding in paced.findings:
            yield paced.worker, point_title(paced.scenario, paced.point, paced.rate), finding
    for swept in summary.swept:
        for finding in swept.findings:
            yield swept.worker, connections_title(swept.scenario, swept.connections), finding
    for capacity in summary.capacities:
        if capacity.reason:
            title = f"{row_title(capacity.scenario)} at {one_line(capacity.objective)}"
            yield capacity.worker, title, _note(capacity.reason)


def _note(reason: str) -> Finding:
    return Finding(gate="capacity", severity="note", message=reason, advice="")


def _rows(titles: Sequence[str], kinds: Mapping[str, Sequence[str]]) -> str:
    """``kinds`` are all titles there are, by what they are called together."""
    known = {title for every in kinds.values() for title in every}
    named = (name for noun, every in kinds.items() for name in _of(titles, every, noun))
    return ", ".join((*named, *(title for title in titles if title not in known)))


def _of(titles: Sequence[str], every: Sequence[str], noun: str) -> list[str]:
    """Of a kind of row: their titles, ``all 20 rows`` or ``all 20 rows but Sync Login``, as is short."""
    named = [title for title in every if title in titles]
    left = [title for title in every if title not in titles]
    if len(named) < 2 or (left and not len(left) <= FEW < len(named)):
        return named
    return [f"all {len(every)} {noun}" + (f" but {joined(left)}" if left else "")]


def sentence(finding: Finding) -> str:
    """What was found, with its advice."""
    parts = (one_line(part) for part in (finding.message, finding.advice))
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if part)

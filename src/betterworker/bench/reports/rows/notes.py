"""What the tables say in marks, said in words: reasons and advice."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from betterworker.bench.model import Finding
from betterworker.bench.reports.rows.words import one_line, point_title, row_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from betterworker.bench.model import Summary

_WEIGHT = {"invalid": 0, "label": 1, "note": 2}


def notes(summary: Summary) -> tuple[str, ...]:
    """Each finding in full with its advice, the gravest first; what is the same is said once."""
    every = tuple(dict.fromkeys(row_title(estimate.scenario) for estimate in summary.estimates))
    # Stable: within a severity the study's order stays.
    entries = sorted(_grouped(summary), key=lambda entry: _WEIGHT[entry[1].severity])
    return tuple(
        f"{', '.join(workers)}; {_rows(titles, every)}: {_sentence(finding)}"
        for workers, finding, titles in entries
    )


def run_notes(summary: Summary) -> tuple[str, ...]:
    """The findings about the run as a whole, with their advice."""
    return tuple(_sentence(finding) for finding in summary.findings)


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
    """Worker, title of the row, finding: closed loop, open loop, capacity."""
    for estimate in summary.estimates:
        for finding in estimate.findings:
            yield estimate.worker, row_title(estimate.scenario), finding
    for paced in summary.paced:
        for finding in paced.findings:
            yield paced.worker, point_title(paced.scenario, paced.point, paced.rate), finding
    for capacity in summary.capacities:
        if capacity.reason:
            title = f"{row_title(capacity.scenario)} at {one_line(capacity.objective)}"
            yield capacity.worker, title, _note(capacity.reason)


def _note(reason: str) -> Finding:
    return Finding(gate="capacity", severity="note", message=reason, advice="")


def _rows(titles: Sequence[str], every: Sequence[str]) -> str:
    closed, others = titles[: len(every)], titles[len(every) :]
    if len(every) == 1 or tuple(closed) != tuple(every):
        return ", ".join(titles)
    return ", ".join((f"all {len(every)} rows", *others))


def _sentence(finding: Finding) -> str:
    parts = (one_line(part) for part in (finding.message, finding.advice))
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if part)

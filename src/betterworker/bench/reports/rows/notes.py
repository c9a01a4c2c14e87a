"""What the tables say in marks, said in words: winners, reasons, advice, legend."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.words import one_line, row_title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from betterworker.bench.model import Estimate, Finding, Summary

LEGEND = (
    "★ best of its row: its interval lies above every rival's, or it is at the ceiling.",
    "⌃ at the ceiling: within 3 % of connections / delay; all such workers tie.",
    "g generator-limited: the load was the limit; a lower bound that never wins.",
    "± half of the 95 % interval, its noise pooled over the row's workers; none: too few windows.",
    "! of an invalid cell: something was measured, but not what was asked.",
    "– not measured, or more than the number of requests can tell.",
)

_WEIGHT = {"invalid": 0, "label": 1, "note": 2}


def best_lines(summary: Summary) -> tuple[str, ...]:
    """Of each row that has a figure: who is best, or that nobody is shown to be."""
    rows: dict[str, list[Estimate]] = {scenario: [] for scenario in summary.run.study.scenarios}
    for estimate in summary.estimates:
        if estimate.goodput is not None:
            rows[estimate.scenario].append(estimate)
    return tuple(f"{row_title(scenario)}: {_winner(row)}" for scenario, row in rows.items() if row)


def _winner(row: list[Estimate]) -> str:
    best = [estimate for estimate in row if estimate.best]
    if not best:
        return "cannot tell" if len(row) > 1 else f"cannot tell (only {row[0].worker} has a figure)"
    names = ", ".join(estimate.worker for estimate in best)
    if best[0].status != "at_ceiling":
        return names
    return f"{names} (tied at the ceiling)" if len(best) > 1 else f"{names} (at the ceiling)"


def notes(summary: Summary) -> tuple[str, ...]:
    """Each finding in full with its advice, the gravest first; what is the same is said once."""
    total = len(summary.run.study.scenarios)
    # Stable: within a severity the study's order stays.
    entries = sorted(_grouped(summary), key=lambda entry: _WEIGHT[entry[1].severity])
    return tuple(
        f"{', '.join(workers)}; {_rows(scenarios, total)}: {_sentence(finding)}"
        for workers, finding, scenarios in entries
    )


def _grouped(summary: Summary) -> list[tuple[list[str], Finding, tuple[str, ...]]]:
    """Workers that share a finding in the same rows, the finding, the rows."""
    rows: defaultdict[tuple[str, Finding], list[str]] = defaultdict(list)
    for estimate in summary.estimates:
        for finding in estimate.findings:
            rows[estimate.worker, finding].append(estimate.scenario)
    workers: defaultdict[tuple[Finding, tuple[str, ...]], list[str]] = defaultdict(list)
    for (worker, finding), scenarios in rows.items():
        workers[finding, tuple(scenarios)].append(worker)
    return [(names, finding, scenarios) for (finding, scenarios), names in workers.items()]


def run_notes(summary: Summary) -> tuple[str, ...]:
    """The findings about the run as a whole, with their advice."""
    return tuple(_sentence(finding) for finding in summary.findings)


def _rows(scenarios: Iterable[str], total: int) -> str:
    titles = [row_title(scenario) for scenario in scenarios]
    return f"all {total} rows" if len(titles) == total > 1 else ", ".join(titles)


def _sentence(finding: Finding) -> str:
    parts = (one_line(part) for part in (finding.message, finding.advice))
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts if part)

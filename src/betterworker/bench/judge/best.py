"""The best of each row, from its standing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from betterworker.bench.model import Estimate, Standing


def mark_best(row: Sequence[Estimate], standing: Standing) -> list[Estimate]:
    """The leader is best where it beats or ties with every rival that has a figure, and the tied are with it.

    At the ceiling no rival can be better: there all that reach it are. A worker that slows down with its age
    is best of nothing.
    """
    best = _best(row, standing)
    return [replace(each, best=True) if each.worker in best and not _drifts(each) else each for each in row]


def _best(row: Sequence[Estimate], standing: Standing) -> set[str]:
    figures = {each.worker: each.status for each in row if each.goodput is not None}
    if standing.leader is None or len(figures) < 2:
        return set()
    if figures[standing.leader] == "at_ceiling":
        return {worker for worker, status in figures.items() if status == "at_ceiling"}
    verdicts = {each.rival: each.verdict for each in standing.comparisons}
    # A rival without a common block is not among the comparisons: it may be better.
    if len(verdicts) < len(figures) - 1 or "cannot tell" in verdicts.values():
        return set()
    return {standing.leader} | {rival for rival, verdict in verdicts.items() if verdict == "tied"}


def _drifts(estimate: Estimate) -> bool:
    return any(finding.gate == "drift" for finding in estimate.findings)

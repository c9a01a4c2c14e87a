"""Who is best of each row, by how much, and what could not be told: in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.figures import inverse, ratio_interval
from betterworker.bench.reports.rows.words import joined, row_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from betterworker.bench.model import Comparison, Estimate, Standing, Summary, Verdict

#: Past this the number is a guess, and nobody would wait for it.
MANY = 1000


def verdicts(summary: Summary) -> tuple[str, ...]:
    """A line for each row that has a figure."""
    standings = {standing.scenario: standing for standing in summary.standings}
    rows: dict[str, list[Estimate]] = {}
    for estimate in summary.estimates:
        if estimate.goodput is not None:
            rows.setdefault(estimate.scenario, []).append(estimate)
    return tuple(f"{row_title(key)}: {verdict(row, standings.get(key))}" for key, row in rows.items())


def verdict(row: Sequence[Estimate], standing: Standing | None) -> str:
    """What a row's leader does, from its cells that have a figure."""
    if len(row) == 1:
        return f"cannot tell (only {row[0].worker} has a figure)"
    if standing is None or standing.leader is None or not standing.comparisons:
        return _best(row) or "cannot tell"
    unsure = _those(standing, "cannot tell")
    if len(unsure) == len(standing.comparisons) and not _best(row):
        return f"cannot tell: {standing.leader} is ahead of {_unsure(unsure, row)}"
    return _told(row, standing, standing.leader)


def _best(row: Sequence[Estimate]) -> str:
    """Who has the mark: ``a``, ``a and b (tied)``, ``a (at the ceiling)``."""
    best = [estimate for estimate in row if estimate.best]
    at_ceiling = bool(best) and best[0].status == "at_ceiling"
    how = " ".join(["tied"] * (len(best) > 1) + ["at the ceiling"] * at_ceiling)
    return joined([estimate.worker for estimate in best]) + (f" ({how})" if how else "")


def _told(row: Sequence[Estimate], standing: Standing, leader: str) -> str:
    clauses = "; ".join(_clauses(row, standing))
    best = _best(row)
    if best in ("", leader):
        return f"{leader} {clauses}"
    return f"{best}; {leader} {clauses}" if clauses else best


def _clauses(row: Sequence[Estimate], standing: Standing) -> Iterator[str]:
    """What the leader does; those who share its mark are named before."""
    marked = {estimate.worker for estimate in row if estimate.best}
    beaten, unsure = _those(standing, "beats"), _those(standing, "cannot tell")
    tied = [comparison.rival for comparison in _those(standing, "tied") if comparison.rival not in marked]
    if beaten:
        yield f"beats {_beaten(beaten)}"
    if tied:
        yield f"{'' if beaten else 'is '}tied with {joined(tied)}"
    if unsure:
        yield f"cannot tell it from {_unsure(unsure, row)}"


def _those(standing: Standing, verdict: Verdict) -> list[Comparison]:
    return [comparison for comparison in standing.comparisons if comparison.verdict == verdict]


def _beaten(beaten: Sequence[Comparison]) -> str:
    """The nearest with the leader's advantage, and how many more."""
    nearest, *others = sorted(beaten, key=lambda comparison: -comparison.ratio.median)
    rest = f" and {len(others)} other{'s' * (len(others) > 1)}" if others else ""
    return f"{nearest.rival} by {ratio_interval(inverse(nearest.ratio), '×')}{rest}"


def _unsure(unsure: Sequence[Comparison], row: Sequence[Estimate]) -> str:
    """The names, and the blocks that would settle them all, where that can be said."""
    limited = {estimate.worker for estimate in row if estimate.status == "generator_limited"}
    names = [f"{c.rival}{' (a lower bound)' * (c.rival in limited)}" for c in unsure]
    # No number of blocks settles what the load limits.
    counts = [c.more for c in unsure if c.rival not in limited]
    return joined(names) + (f" ({blocks_needed(counts)})" if counts else "")


def blocks_needed(counts: Sequence[int | None]) -> str:
    """``about 4 more blocks``, for all of them to be told."""
    known = [count for count in counts if count is not None]
    if len(known) < len(counts):
        return "how many more blocks it would take cannot be said"
    if max(known) > MANY:
        return f"over {MANY:,} more blocks"
    return f"about {max(known):,} more block{'s' * (max(known) > 1)}"

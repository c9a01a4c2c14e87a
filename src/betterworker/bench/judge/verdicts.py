"""A row's standing: its leader, every rival against it, and what can be claimed.

Cheap: it is asked for at every look.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from betterworker.bench.gates import Cell
from betterworker.bench.judge.cells import PUBLISHED, row_cells, row_results
from betterworker.bench.judge.row import Both, Row, row
from betterworker.bench.judge.windows import windows
from betterworker.bench.model import Ceiling, Comparison, Interval, Result, Standing, Status, Study, Verdict
from betterworker.bench.stats import CONFIDENCE, limits, nominal_level, rounds_needed


def row_standing(
    study: Study, ceilings: Sequence[Ceiling], scenario: str, results: Sequence[Result]
) -> Standing:
    """The standing of a closed-loop row from results alone; ``results`` may hold all of the run's."""
    return standing(study, scenario, row_cells(study, ceilings, scenario, results), results)


def standing(
    study: Study, scenario: str, cells: Sequence[tuple[Cell, Status]], results: Iterable[Result]
) -> Standing:
    """The leader of a closed-loop row, every published rival against it, and the A/A.

    ``cells`` are the row's; ``results`` may hold all of the run's, twins among them.
    """
    found = windows(row_results(scenario, results))
    blocks = len({key for each in found.workers.values() for key in each})
    judged = row(found, {cell.worker: status for cell, status in cells if status in PUBLISHED})
    if judged is None:
        return Standing(scenario=scenario, leader=None, blocks=blocks, settled=blocks > 0)
    told = comparisons(
        judged,
        scenario=scenario,
        level=nominal_level(study.looks[scenario]),
        margin=study.margin,
        blocks_per_round=study.blocks_per_round[scenario],
    )
    return Standing(
        scenario=scenario,
        leader=judged.leader,
        comparisons=told,
        aa=ratio(judged, judged.aa, 1 - CONFIDENCE) if judged.aa in judged.pairs else None,
        blocks=blocks,
        settled=settled(judged, told),
    )


def dropped(standing: Standing, margin: float) -> tuple[str, ...]:
    """The beaten rivals whose whole interval lies under the leader by more than the margin."""
    return tuple(
        each.rival
        for each in standing.comparisons
        if each.verdict == "beats" and each.ratio.high is not None and each.ratio.high < 1 / (1 + margin)
    )


def comparisons(
    row: Row, *, scenario: str, level: float, margin: float, blocks_per_round: int
) -> tuple[Comparison, ...]:
    """The leader of a row against every rival, at a two-sided ``level`` that Holm's procedure shares out."""
    left = row.levels(level)

    def against(rival: str) -> Comparison:
        own = left.get(frozenset((rival, row.leader)), level)
        return _comparison(row, rival, own, math.log1p(margin), scenario, blocks_per_round)

    return tuple(map(against, row.rivals))


def _comparison(
    row: Row, rival: str, level: float, margin: float, scenario: str, blocks_per_round: int
) -> Comparison:
    both = rival, row.leader
    verdict = _verdict(row, both, level, margin)
    rounds = _rounds_more(row, both, level, margin) if verdict == "cannot tell" else None
    return Comparison(
        scenario=scenario,
        leader=row.leader,
        rival=rival,
        ratio=ratio(row, both, level),
        verdict=verdict,
        more=None if rounds is None else rounds * blocks_per_round,
    )


def _verdict(row: Row, both: Both, level: float, margin: float) -> Verdict:
    """``tied`` where the whole interval lies inside the margin; ``beats`` where it excludes 1 and the ratio
    is none that two identical servers were seen to have."""
    if row.capped(both):
        return "tied"
    spread = row.spread(both)
    if spread is None or not row.testable(both):
        return "cannot tell"
    low, high = limits(row.pairs[both], spread, level)
    if -margin <= low and high <= margin:
        return "tied"
    return "beats" if high < 0 and not _inside_aa(row, row.pairs[both].mean) else "cannot tell"


def _inside_aa(row: Row, mean: float) -> bool:
    spread = row.spread(row.aa) if row.aa in row.pairs else None
    if spread is None:
        return False
    low, high = limits(row.pairs[row.aa], spread, 1 - CONFIDENCE)
    return low <= mean <= high


def _rounds_more(row: Row, both: Both, level: float, margin: float) -> int | None:
    own = row.spread(both)
    if own is None or not row.testable(both):
        return None
    # The A/A has to become narrow as well.
    aa = row.spread(row.aa) if row.aa in row.pairs else None
    noise = own if aa is None else max(own, aa, key=lambda spread: spread.variance)
    needed = rounds_needed(row.pairs[both], noise, level, margin)
    return None if needed is None else max(needed - row.pairs[both].rounds, 1)


def settled(row: Row, comparisons: Sequence[Comparison]) -> bool:
    """Whether more blocks could change no verdict: not of a lower bound either."""
    told = all(
        each.verdict != "cannot tell" or row.statuses[each.rival] == "generator_limited"
        for each in comparisons
    )
    return told and len(comparisons) == len(row.statuses) - 1


def ratio(row: Row, both: Both, level: float) -> Interval:
    own, spread = row.pairs[both], row.spread(both)
    low, high = limits(own, spread, level) if spread is not None else (None, None)
    return Interval(
        median=math.exp(own.mean),
        low=None if low is None else math.exp(low),
        high=None if high is None else math.exp(high),
        n=own.blocks,
    )

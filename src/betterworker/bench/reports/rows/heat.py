"""How near each cell comes to the best of its row: the colours of a heat map."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from betterworker.bench.model import Estimate, Standing, Summary

#: Steps between nothing and the row's best.
STEPS = 10


def ratios(summary: Summary) -> dict[tuple[str, str], float]:
    """Worker and scenario -> goodput over that of the row's leader, paired by block where it was compared.

    Of a row that nobody leads: over the highest median. A cell without a figure has no ratio.
    """
    judged = {key: value for standing in summary.standings for key, value in _judged(standing).items()}
    highest: dict[str, float] = {}
    for estimate in summary.estimates:
        highest[estimate.scenario] = max(highest.get(estimate.scenario, 0.0), _median(estimate))
    return {
        (estimate.worker, estimate.scenario): _ratio(estimate, highest[estimate.scenario], judged)
        for estimate in summary.estimates
        if estimate.goodput is not None
    }


def step(ratio: float) -> int:
    """0 to ``STEPS``."""
    return round(STEPS * min(max(ratio, 0.0), 1.0))


def _judged(standing: Standing) -> dict[tuple[str, str], float]:
    found = {(each.rival, standing.scenario): each.ratio.median for each in standing.comparisons}
    return found if standing.leader is None else {**found, (standing.leader, standing.scenario): 1.0}


def _ratio(estimate: Estimate, highest: float, judged: Mapping[tuple[str, str], float]) -> float:
    beside = _median(estimate) / highest if highest else 1.0
    return judged.get((estimate.worker, estimate.scenario), beside)


def _median(estimate: Estimate) -> float:
    return 0.0 if estimate.goodput is None else estimate.goodput.median

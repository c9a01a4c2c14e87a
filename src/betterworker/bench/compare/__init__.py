"""Two stored runs, cell by cell: what became better or worse, and what cannot be told. Pure.

The runs were not interleaved, so that nothing is paired: the rounds of each are the unit, and what the
machine did between them is in every ratio. A control, a worker that did not change, takes it out again.
"""

from __future__ import annotations

from betterworker.bench.compare.changes import compare
from betterworker.bench.compare.differences import differences
from betterworker.bench.compare.known import Known
from betterworker.bench.compare.nouns import (
    LESS_IS_BETTER,
    PERCENTILES,
    CeilingRatio,
    Change,
    Compared,
    Differ,
    Differs,
    Elsewhere,
    Fate,
    Metric,
)

__all__ = [
    "LESS_IS_BETTER",
    "PERCENTILES",
    "CeilingRatio",
    "Change",
    "Compared",
    "Differ",
    "Differs",
    "Elsewhere",
    "Fate",
    "Known",
    "Metric",
    "compare",
    "differences",
]

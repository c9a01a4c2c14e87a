"""The nouns of the bench: frozen values, no input or output.

A **Study** is planned into **Blocks** of **Trials**; each Trial drives one live **Worker** and becomes one
**Result** (a **Sample** or a **Failure**). Gates and the judge fold Results into **Estimates** and
**Standings** (closed loop), **Paced** rows and **Capacities** (open loop).
Missing figures are ``None``, never 0 or -1. Times are seconds, sizes megabytes (1e6 bytes) unless the
name says otherwise.
"""

from __future__ import annotations

from betterworker.bench.model.facts import (
    Ceiling,
    Failure,
    FailureKind,
    Machine,
    Outcomes,
    Part,
    Result,
    Run,
    Sample,
)
from betterworker.bench.model.judged import (
    Capacity,
    Comparison,
    Estimate,
    Finding,
    Interval,
    Latency,
    Paced,
    Severity,
    Standing,
    Status,
    Summary,
    Verdict,
)
from betterworker.bench.model.setups import (
    Arrivals,
    Effort,
    Interface,
    Launch,
    Load,
    Mix,
    Mode,
    Reply,
    Scenario,
    Target,
    Worker,
)
from betterworker.bench.model.studies import (
    MARK,
    TWIN,
    Paces,
    Study,
    Trial,
    is_twin,
    original_of,
    twin_of,
    worker_name,
)

__all__ = [
    "MARK",
    "TWIN",
    "Arrivals",
    "Capacity",
    "Ceiling",
    "Comparison",
    "Effort",
    "Estimate",
    "Failure",
    "FailureKind",
    "Finding",
    "Interface",
    "Interval",
    "Latency",
    "Launch",
    "Load",
    "Machine",
    "Mix",
    "Mode",
    "Outcomes",
    "Paced",
    "Paces",
    "Part",
    "Reply",
    "Result",
    "Run",
    "Sample",
    "Scenario",
    "Severity",
    "Standing",
    "Status",
    "Study",
    "Summary",
    "Target",
    "Trial",
    "Verdict",
    "Worker",
    "is_twin",
    "original_of",
    "twin_of",
    "worker_name",
]

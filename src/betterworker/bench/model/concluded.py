"""What a study comes to for a reader: grades for each worker, and which one to run. Derived, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from betterworker.bench.model.facts import Outcomes
from betterworker.bench.model.judged import Finding, Interval, Standing, Status

Topic = Literal[
    "stability",
    "blocking",
    "non_blocking",
    "async",
    "sync_client",
    "async_client",
    "memory",
    "cpu",
    "mixed_latency",
]
#: ``good`` to ``bad`` grade a ratio or a share; ``yes``, ``adapted``, ``partly`` and ``no`` what is
#: supported; ``named`` is of topics whose answer is a name (the best client), ``unmeasured`` of what was left
#: out.
Grade = Literal["good", "regular", "weak", "bad", "yes", "adapted", "partly", "no", "named", "unmeasured"]
Site = Literal["sync", "async", "blocking"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """One worker in one topic.

    ``grade`` is None where the data cannot tell: then it is one of ``between``, or of the names in ``best``.
    ``ratio`` is to the best of the topic, ``against`` (under 1: worse; of what is better when it is less, the
    best over the worker). ``rule`` says how the grade follows, ``because`` what was found in one line,
    ``cells`` which rows it rests on (``json:sync``, ``mixed-cpu:sync@mixed``).
    """

    worker: str
    topic: Topic
    grade: Grade | None
    rule: str
    because: str
    between: tuple[Grade, ...] = ()
    best: tuple[str, ...] = ()
    ratio: Interval | None = None
    against: str | None = None
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Which worker a site of one kind should run, by how much, and what that costs.

    ``rows`` are the scenario keys it rests on; in ``standing`` all of them are taken together, with the
    site's kind in the place of a scenario. ``costs`` are clauses for people: what else running its leader
    means.
    """

    site: Site
    rows: tuple[str, ...]
    standing: Standing
    costs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """One worker × scenario under a closed loop of another number of connections than the row's own.

    As an Estimate: no figure unless the status publishes one; ``outcomes`` tell what became of the rest.
    """

    worker: str
    scenario: str
    connections: int
    status: Status
    findings: tuple[Finding, ...] = ()
    goodput: Interval | None = None
    outcomes: Outcomes | None = None

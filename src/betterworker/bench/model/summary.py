"""All that a stored run amounts to: what reports render."""

from __future__ import annotations

from dataclasses import dataclass

from betterworker.bench.model.concluded import Answer, Conclusion, Swept
from betterworker.bench.model.deployed import Deployment
from betterworker.bench.model.diagnosed import Cost
from betterworker.bench.model.facts import Run
from betterworker.bench.model.judged import (
    ByRequest,
    Capacity,
    ClientStanding,
    Estimate,
    Finding,
    Paced,
    Standing,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What reports render: a Run and what it amounts to, workers and scenarios in the study's order.

    ``costs`` are what holds the site back, the gravest first; ``looked`` says what was looked at for them.
    ``deployment`` is of a user's own project (None: the built-in site was measured).
    """

    run: Run
    estimates: tuple[Estimate, ...]
    standings: tuple[Standing, ...] = ()
    paced: tuple[Paced, ...] = ()
    capacities: tuple[Capacity, ...] = ()
    findings: tuple[Finding, ...] = ()
    clients: tuple[ClientStanding, ...] = ()
    swept: tuple[Swept, ...] = ()
    conclusions: tuple[Conclusion, ...] = ()
    answers: tuple[Answer, ...] = ()
    costs: tuple[Cost, ...] = ()
    looked: tuple[str, ...] = ()
    requests: tuple[ByRequest, ...] = ()
    deployment: Deployment | None = None

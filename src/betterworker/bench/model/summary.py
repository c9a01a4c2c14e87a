"""All that a stored run amounts to: what reports render."""

from __future__ import annotations

from dataclasses import dataclass

from betterworker.bench.model.concluded import Answer, Conclusion, Swept
from betterworker.bench.model.facts import Run
from betterworker.bench.model.judged import Capacity, ClientStanding, Estimate, Finding, Paced, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What reports render: a Run and what it amounts to, workers and scenarios in the study's order."""

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

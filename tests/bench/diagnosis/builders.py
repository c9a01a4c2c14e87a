"""One builder per noun of a diagnosis, as in tests.bench.builders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from betterworker.bench.model import Answered, Cost, Probed, Probes, Project, Result, Run
from tests.bench.builders import a_run, a_study
from tests.bench.project import builders


def an_answered(**overrides: Any) -> Answered:
    return replace(Answered(ms=20.0, first_ms=19.0), **overrides)


def a_probed(**overrides: Any) -> Probed:
    """Answers in 20 ms, and costs nothing."""
    probed = Probed(key="books:sync", times=3, wsgi=an_answered(), asgi=an_answered())
    return replace(probed, **overrides)


def a_project(*requests: Probed, probes: Probes | None = None, **overrides: Any) -> Project:
    """With nothing to find in it, but what is given."""
    probed = replace(probes or Probes(hop_us=100.0), requests=requests or (a_probed(),))
    return builders.a_project(**{"databases": (builders.a_database(),), "probes": probed, **overrides})


def a_cost(**overrides: Any) -> Cost:
    cost = Cost(
        topic="blocking",
        weight="much",
        what="GET /books/ holds the event loop",
        evidence=("held for 102 ms in 3 of 3 requests",),
        mend="Await an async client there.",
        where=("shop/views.py:10 in books", "shop/reports.py:12 in report"),
    )
    return replace(cost, **overrides)


def of_a_project(*results: Result, project: Project | None = None, **study: Any) -> Run:
    """A run of a user's project."""
    return a_run(results, study=a_study(project=project or a_project(), **study))

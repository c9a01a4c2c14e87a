"""The best HTTP client under each worker, as reports tell it."""

from __future__ import annotations

import json
from dataclasses import replace

from betterworker.bench.model import ClientStanding, Summary
from betterworker.bench.reports import REPORTS
from betterworker.bench.reports.rows import clients
from tests.bench.builders import a_comparison, a_standing, a_summary, an_estimate

NAMES = {
    "httpx-pooled:async": "httpx pooled",
    "aiohttp-pooled:async": "aiohttp pooled",
    "aiohttp:async": "aiohttp",
}


def told(verdict: str = "beats") -> Summary:
    leader, *rivals = NAMES
    comparisons = (
        a_comparison(scenario="clients:async", leader=leader, rival=rival, verdict=verdict)
        for rival in rivals
    )
    found = ClientStanding(worker="uvicorn", mode="async", standing=a_standing(*comparisons, aa=None))
    summary = a_summary(*(an_estimate(scenario=key, best=True) for key in NAMES), clients=(found,))
    return replace(summary, run=replace(summary.run, study=replace(summary.run.study, clients=NAMES)))


def test_a_winner_is_told_by_its_clients_name() -> None:
    assert clients(told()) == (
        "uvicorn, async: httpx pooled beats aiohttp pooled by 1.25× [1.22, 1.28] and 1 other",
    )


def test_clients_that_cannot_be_told_apart_say_so() -> None:
    (line,) = clients(told("cannot tell"))
    assert line.startswith("uvicorn, async: cannot tell: httpx pooled is ahead of aiohttp pooled and aiohttp")


def test_a_study_without_clients_has_no_section() -> None:
    for report in REPORTS.values():
        assert "HTTP client" not in report.render(a_summary(an_estimate()))


def test_every_report_for_people_has_the_section() -> None:
    for name in ("text", "markdown"):
        assert "uvicorn, async: httpx pooled beats aiohttp pooled" in REPORTS[name].render(told(), width=140)


def test_machines_get_clients_by_name_too() -> None:
    (found,) = json.loads(REPORTS["json"].render(told()))["clients"]
    assert (found["worker"], found["mode"], found["leader"]) == ("uvicorn", "async", "httpx pooled")
    assert [each["rival"] for each in found["comparisons"]] == ["aiohttp pooled", "aiohttp"]
    assert "scenario" not in found

"""The section on what costs a site, in every format."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import pytest

from betterworker.bench.model import Cost, Summary
from betterworker.bench.reports import REPORTS, costs
from tests.bench.builders import a_summary, an_estimate
from tests.bench.diagnosis.builders import a_cost, a_project

TITLE = "What costs this site"
FOR_PEOPLE = ("text", "markdown", "html")


def summary(*found: Cost, own: bool = True) -> Summary:
    plain = a_summary(an_estimate(), costs=found, looked=("Looked at: DEBUG.",))
    project = a_project() if own else None
    return replace(plain, run=replace(plain.run, study=replace(plain.run.study, project=project)))


def read(name: str, told: Summary) -> str:
    """The words of a report, without its marks."""
    rendered = REPORTS[name].render(told, width=2000)
    plain = re.sub(r"<style.*?</style>|<script.*?</script>|<[^>]+>", " ", rendered, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"\\(.)", r"\1", plain)).split())


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_a_cost_is_told_with_evidence_place_and_mend(name: str) -> None:
    found = read(name, summary(a_cost()))
    for words in ("costs much", a_cost().what, *a_cost().evidence, a_cost().mend, *a_cost().where):
        assert words in found
    assert TITLE in found


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_nothing_found_says_what_was_looked_at(name: str) -> None:
    found = read(name, summary())
    assert "Nothing was found." in found
    assert "Looked at: DEBUG." in found


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_of_the_built_in_site_only_what_is_found_is_told(name: str) -> None:
    assert TITLE not in read(name, summary(own=False))
    assert TITLE in read(name, summary(a_cost(), own=False))


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_what_a_project_says_cannot_break_the_layout(name: str) -> None:
    evil = a_cost(what="a\x1b[31m\n# <b>b", mend="c\n|d|", where=("<script>x</script>:1 in f",))
    rendered = REPORTS[name].render(summary(evil), width=400)
    assert "\x1b" not in rendered
    if name != "text":
        assert "<script>x" not in rendered


def test_machines_read_all_of_a_cost() -> None:
    (record,) = json.loads(REPORTS["json"].render(summary(a_cost(workers=("uvicorn",)))))["costs"]
    assert record == {
        "topic": "blocking",
        "weight": "much",
        "what": a_cost().what,
        "evidence": list(a_cost().evidence),
        "where": list(a_cost().where),
        "mend": a_cost().mend,
        "workers": ["uvicorn"],
    }


def test_by_itself_it_is_the_same() -> None:
    told = costs.render([a_cost()], ["Looked at: DEBUG."], colour=False, width=200)
    assert told.startswith(f"{TITLE}: ")
    assert costs.record([a_cost()], []) == {
        "costs": json.loads(REPORTS["json"].render(summary(a_cost())))["costs"],
        "looked": [],
    }


def test_what_was_looked_at_commands_no_terminal() -> None:
    assert costs.record([], ["a\x9b31m\nb"])["looked"] == ["a 31m b"]

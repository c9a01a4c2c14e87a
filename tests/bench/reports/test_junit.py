from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from junitparser import JUnitXml, TestSuite

from betterworker.bench.reports import junit
from tests.bench.builders import a_change, a_compared, a_finding, a_paced, a_summary, an_estimate, an_outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from junitparser import TestCase as Case

HOLDS = an_outcome()
UNSURE = an_outcome(worker="b", holds=None, reason="limited")
FINE = an_outcome(worker="c", holds=False, figure=1.0, low=0.98, high=1.02)


def suite(xml: str) -> Any:
    (only,) = JUnitXml.fromstring(xml.encode())
    assert isinstance(only, TestSuite)
    return only


def states(cases: Iterable[Case]) -> dict[str | None, str]:
    def state(case: Case) -> str:
        return "failed" if case.is_failure else "skipped" if case.is_skipped else "passed"

    return {case.classname: state(case) for case in cases}


def test_a_condition_that_holds_is_a_failure_and_what_cannot_be_told_is_skipped() -> None:
    found = suite(junit.of_comparison(a_compared(), [HOLDS, UNSURE, FINE]))
    assert states(found) == {"uvicorn": "failed", "b": "skipped", "c": "passed"}
    assert (found.tests, found.failures, found.skipped) == (3, 1, 1)
    assert found.name == "after against before"


def test_figures_and_reasons_are_in_it() -> None:
    failed, skipped, passed = suite(junit.of_comparison(a_compared(), [HOLDS, UNSURE, FINE]))
    assert failed.name == "Sync JSON: goodput<-5%"
    assert failed.result[0].message == "0.89 [0.85, 0.93]"
    assert skipped.result[0].message == "0.89 [0.85, 0.93]: limited"
    assert passed.system_out == "1.00 [0.98, 1.02]"


def test_what_cannot_be_told_fails_when_asked_to() -> None:
    found = suite(junit.of_comparison(a_compared(), [UNSURE, FINE], unsure=True))
    assert states(found) == {"b": "failed", "c": "passed"}


def test_without_conditions_the_changes_are_shown_and_none_fails() -> None:
    changes = (a_change(), a_change(worker="b", fate="cannot tell", ratio=None, reason="limited"))
    found = suite(junit.of_comparison(a_compared(*changes), []))
    assert states(found) == {"uvicorn": "passed", "b": "skipped"}
    assert next(iter(found)).system_out == "0.89 [0.85, 0.93]: worse"


def test_a_runs_cells_fail_where_they_fail_the_run() -> None:
    cells = (
        an_estimate(worker="a"),
        an_estimate(worker="b", status="invalid", goodput=None, findings=(a_finding(),)),
        an_estimate(
            worker="c", status="failed", goodput=None, findings=(a_finding(advice="Expected: no loop"),)
        ),
    )
    summary = a_summary(*cells)
    found = suite(junit.of_run(summary, [], [summary.estimates[1]]))
    assert states(found) == {"a": "passed", "b": "failed", "c": "skipped"}
    failure = list(found)[1].result[0]
    assert (failure.type, failure.message) == (
        "invalid",
        "1,592 RPS, but at most 667 are possible. Check the route",
    )


def test_every_cell_and_every_outcome_of_a_run_is_a_case() -> None:
    summary = a_summary(an_estimate(), paced=(a_paced(),))
    names = [case.name for case in suite(junit.of_run(summary, [HOLDS], []))]
    assert names == ["Sync JSON: gates", "Sync JSON at 50 %: gates", "Sync JSON: goodput<-5%"]


@pytest.mark.parametrize("name", ['<b>&"x"', "a\x00\x0b\x1b[31mb", "\ud800\ufffe"])
def test_any_name_gives_xml_that_can_be_read(name: str) -> None:
    changes = (a_change(worker=name, fate="cannot tell", reason=name, ratio=None),)
    (case,) = suite(junit.of_comparison(a_compared(*changes), []))
    assert "\x1b" not in (case.classname or "")
    assert junit.of_comparison(a_compared(*changes), []).startswith("<?xml")

from __future__ import annotations

from typing import Any

import pytest

from betterworker.bench.conditions import Outcome, of_run, parse
from betterworker.bench.errors import BadInput
from betterworker.bench.model import Summary
from tests.bench.builders import a_failure, a_sample, an_outcomes
from tests.bench.compare.runs import STEADY, closed, opened
from tests.bench.compare.test_compare import BROKEN


def outcomes(text: str, summary: Summary, cannot: Any = None) -> tuple[Outcome, ...]:
    return of_run(parse([text], relative=False), summary, cannot or {})


@pytest.mark.parametrize(("limit", "holds"), [(2000, True), (1010, None), (990, None), (500, False)])
def test_it_holds_where_the_whole_interval_lies_beyond_the_limit(limit: int, holds: bool | None) -> None:
    (outcome,) = outcomes(f"goodput<{limit}", closed(a=STEADY))
    assert (outcome.holds, outcome.figure, outcome.windows) == (holds, 1000, 3)


@pytest.mark.parametrize(
    ("text", "holds"), [("memory>50MB", True), ("memory>100MB", False), ("cpu>2", False)]
)
def test_memory_and_cpu_are_figures_of_the_closed_loop(text: str, holds: bool) -> None:
    samples = [
        a_sample(peak_pss_mb=peak, server_cpu_s=cpu) for peak, cpu in ((80, 1), (81, 1.01), (79, 0.99))
    ]
    (outcome,) = outcomes(text, closed(a=samples))
    assert outcome.holds is holds


@pytest.mark.parametrize(("text", "holds"), [("p99>250ms", False), ("p99>5ms", True), ("p50>5ms", True)])
def test_percentiles_are_of_the_open_loop(text: str, holds: bool) -> None:
    (outcome,) = outcomes(text, opened("a", 10, 10.5, 9.8))
    assert (outcome.row, outcome.holds) == ("json:sync@common", holds)


@pytest.mark.parametrize(("limit", "holds"), [("5ms", True), ("10ms", None), ("80ms", False)])
def test_a_percentile_of_few_requests_lies_between_a_lower_one_and_the_slowest(
    limit: str, holds: bool | None
) -> None:
    (outcome,) = outcomes(f"p99>{limit}", opened("a", 10, 10.1, 9.9, 10, sent=400))
    assert outcome.holds is holds
    assert outcome.figure == pytest.approx(10.1, abs=0.01)
    assert outcome.reason == "a window has too few requests for its p99"


def test_one_window_shows_no_noise() -> None:
    (outcome,) = outcomes("goodput<10", closed(a=(1000,)))
    assert (outcome.holds, outcome.reason) == (None, "one round shows no noise")


@pytest.mark.parametrize(("errors", "holds"), [(5, True), (0, False)])
def test_errors_are_counted(errors: int, holds: bool) -> None:
    sample = a_sample(outcomes=an_outcomes(sent=10_000, timeout=errors * 100))
    (outcome,) = outcomes("errors>1%", closed(a=(sample, sample)))
    assert (outcome.holds, outcome.figure) == (holds, errors / 100)


def test_few_requests_without_an_error_do_not_show_that_there_are_none() -> None:
    sample = a_sample(outcomes=an_outcomes(sent=50))
    (outcome,) = outcomes("errors>1%", closed(a=(sample, sample)))
    assert (outcome.holds, outcome.figure) == (None, 0)


def test_errors_of_an_invalid_cell_hold_as_well() -> None:
    (outcome,) = outcomes("errors>1%", closed(a=(BROKEN, BROKEN)))
    assert outcome.holds


@pytest.mark.parametrize(
    ("windows", "reason"), [((BROKEN, BROKEN), "fails"), ((a_failure(kind="skipped"),), "not measured")]
)
def test_without_a_figure_it_cannot_be_told(windows: Any, reason: str) -> None:
    (outcome,) = outcomes("goodput<1000", closed(a=windows))
    assert (outcome.holds, outcome.reason) == (None, reason)


def test_what_a_worker_is_known_not_to_do_is_no_cell_of_a_condition() -> None:
    summary = closed(a=STEADY, b=(BROKEN, BROKEN))
    found = outcomes("goodput<10", summary, {"b": {"sync": "no event loop"}})
    assert [each.worker for each in found] == ["a"]


@pytest.mark.parametrize(("limit", "holds"), [(500, False), (2000, None)])
def test_what_the_load_limits_is_at_least_so_fast(limit: int, holds: bool | None) -> None:
    busy = [a_sample(completed=count, generator_cpu=0.99) for count in STEADY]
    (outcome,) = outcomes(f"goodput<{limit}", closed(a=busy))
    assert (outcome.holds, outcome.high) == (holds, None)


def test_a_condition_that_is_about_no_cell_is_bad_input() -> None:
    with pytest.raises(BadInput, match="'p99>250ms' can never hold"):
        outcomes("p99>250ms", closed(a=STEADY))


def test_no_condition_gives_nothing() -> None:
    assert of_run((), closed(a=STEADY), {}) == ()

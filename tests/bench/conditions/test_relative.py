from __future__ import annotations

from typing import Any

import pytest

from betterworker.bench.compare import Elsewhere, Known, compare
from betterworker.bench.conditions import Outcome, failing, of_changes, parse
from betterworker.bench.errors import BadInput
from betterworker.bench.model import Interval
from tests.bench.builders import a_change, a_compared
from tests.bench.compare.runs import STEADY, closed, opened
from tests.bench.compare.test_compare import BROKEN, times


def outcomes(text: str, *changes: Any, **compared: Any) -> tuple[Outcome, ...]:
    return of_changes(parse([text], relative=True), a_compared(*changes, **compared))


def lost(share: float, error: float = 0.01, **overrides: Any) -> Any:
    """A change that is known to about twice its error."""
    known = Known(centre=-share, error=error, freedom=1e6)
    ratio = Interval(median=known.figure, low=0.1, high=9.0, n=4)
    return a_change(**{"shift": known, "ratio": ratio, **overrides})


@pytest.mark.parametrize(("share", "holds"), [(0.2, True), (0.06, None), (0.0, False), (-0.2, False)])
def test_it_holds_where_the_whole_interval_lies_beyond_the_limit(share: float, holds: bool | None) -> None:
    (outcome,) = outcomes("goodput<-5%", lost(share))
    assert outcome.holds is holds


def test_what_cannot_be_told_says_why() -> None:
    straddles, limited = outcomes(
        "goodput<-5%", lost(0.06), a_change(worker="b", shift=None, ratio=None, reason="limited")
    )
    assert (straddles.reason, limited.reason) == ("its interval holds the limit", "limited")


def test_less_may_be_the_worse_or_the_better() -> None:
    (worse,) = outcomes("memory>+20%", lost(-0.5, metric="memory"))
    (better,) = outcomes("memory>+20%", lost(0.5, metric="memory"))
    assert (worse.holds, better.holds) == (True, False)


def test_a_change_beyond_it_only_by_the_noise_of_many_cells_does_not_hold() -> None:
    """2.5 standard errors: enough for one cell, not for the worst of a hundred."""
    alone = outcomes("goodput<-5%", lost(0.0513 + 0.025))
    rest = [lost(0.0513, worker=f"w{number}") for number in range(100)]
    among = outcomes("goodput<-5%", lost(0.0513 + 0.025), *rest)
    assert [each.holds for each in alone] == [True]
    assert not any(each.holds for each in among)


def test_only_what_it_covers_is_judged() -> None:
    found = outcomes(
        "b/json goodput<-5%", lost(0.2), lost(0.2, worker="b"), lost(0.2, worker="b", metric="cpu")
    )
    assert [(each.worker, each.holds) for each in found] == [("b", True)]


def test_a_condition_that_is_about_no_cell_is_bad_input() -> None:
    with pytest.raises(BadInput, match=r"'gunicorn/\* goodput<-5%' can never hold"):
        outcomes("gunicorn/* goodput<-5%", lost(0.2))


@pytest.mark.parametrize(
    ("text", "holds"), [("goodput<-5%", True), ("goodput>50%", False), ("memory>10%", None)]
)
def test_a_cell_that_broke_is_worse_than_any_limit(text: str, holds: bool | None) -> None:
    compared = compare(closed(a=STEADY), closed(a=(BROKEN, BROKEN)))
    (outcome,) = of_changes(parse([text], relative=True), compared)
    assert (outcome.holds, outcome.figure) == (holds, None)
    assert outcome.reason


@pytest.mark.parametrize(("text", "holds"), [("goodput<-5%", False), ("goodput>50%", None)])
def test_a_cell_that_mended_is_not_worse(text: str, holds: bool | None) -> None:
    compared = compare(closed(a=(BROKEN, BROKEN)), closed(a=STEADY))
    (outcome,) = of_changes(parse([text], relative=True), compared)
    assert outcome.holds is holds


def test_a_tail_at_another_rate_cannot_be_told() -> None:
    cell = Elsewhere(worker="a", scenario="json:sync", point="common", before=500.0, after=600.0)
    (outcome,) = outcomes("p99>10%", elsewhere=(cell,))
    assert (outcome.holds, outcome.row) == (None, "json:sync@common")
    assert "give both runs the same --rate" in outcome.reason


def test_a_percentile_that_was_not_carried_cannot_be_told() -> None:
    before, after = opened("a", 10, 10.2, sent=400), opened("a", 30, 30.5, sent=400)
    compared = compare(before, after, also=["p99"])
    (outcome,) = of_changes(parse(["p99>10%"], relative=True), compared)
    assert (outcome.holds, outcome.reason) == (None, "a window has too few requests for its p99")


def test_real_runs_fail_a_build_where_they_lost() -> None:
    noisy = (700, 1000, 1400)
    compared = compare(closed(a=STEADY, b=noisy), closed(a=times(0.2), b=noisy))
    found = of_changes(parse(["goodput<-5%"], relative=True), compared)
    assert [(each.worker, each.holds) for each in found] == [("a", True), ("b", None)]
    assert [each.worker for each in failing(found, unsure=False)] == ["a"]
    assert [each.worker for each in failing(found, unsure=True)] == ["a", "b"]


def test_a_run_against_itself_never_fails_a_build() -> None:
    compared = compare(closed(a=STEADY, b=(5, 900, 33)), closed(a=STEADY, b=(5, 900, 33)))
    assert not failing(of_changes(parse(["goodput<-5%", "cpu>5%"], relative=True), compared), unsure=False)

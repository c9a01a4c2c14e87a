from __future__ import annotations

import pytest

from betterworker.bench.conditions import Condition, parse
from betterworker.bench.errors import BadInput


def one(text: str, *, relative: bool = False) -> Condition:
    (condition,) = parse([text], relative=relative)
    return condition


@pytest.mark.parametrize(
    ("text", "metric", "above", "limit"),
    [
        ("goodput<1000", "goodput", False, 1000),
        ("goodput < 1000 RPS", "goodput", False, 1000),
        ("p99>250ms", "p99", True, 250),
        ("p99.9 >= 1.5s", "p99.9", True, 1500),
        ("errors>1%", "errors", True, 0.01),
        ("errors>0.01", "errors", True, 0.01),
        ("errors>0%", "errors", True, 0),
        ("memory>500MB", "memory", True, 500),
        ("memory>1.5gb", "memory", True, 1500),
        ("cpu<=2", "cpu", False, 2),
        ("cpu>.5s", "cpu", True, 0.5),
    ],
)
def test_a_limit_of_one_run_is_in_its_unit(text: str, metric: str, above: bool, limit: float) -> None:
    condition = one(text)
    assert (condition.metric, condition.above) == (metric, above)
    assert condition.limit == pytest.approx(limit)
    assert (condition.text, condition.relative) == (text, False)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("goodput<-5%", 0.95),
        ("p99>10%", 1.1),
        ("memory > +20%", 1.2),
        ("cpu>0%", 1.0),
        ("errors>0.5%", 0.005),
    ],
)
def test_a_change_is_a_ratio_and_of_errors_a_difference(text: str, limit: float) -> None:
    condition = one(text, relative=True)
    assert condition.relative
    assert condition.limit == pytest.approx(limit)


def test_several_may_be_asked_for() -> None:
    found = parse(["p99>250ms, errors>1%", "json:sync goodput<10"], relative=False)
    assert [condition.text for condition in found] == ["p99>250ms", "errors>1%", "json:sync goodput<10"]


@pytest.mark.parametrize(
    ("scope", "covered", "not_covered"),
    [
        ("", [("a", "json:sync"), ("b", "json:sync@common")], []),
        ("json:sync ", [("a", "json:sync"), ("a", "json:sync@common")], [("a", "json:async")]),
        ("json ", [("a", "json:sync"), ("a", "json:async@50%")], [("a", "query-json:sync")]),
        ("*json ", [("a", "json:sync"), ("a", "query-json:sync")], [("a", "brotli:sync")]),
        ("*@common ", [("a", "json:sync@common")], [("a", "json:sync"), ("a", "json:sync@50%")]),
        ("uvicorn/* ", [("uvicorn", "json:sync"), ("uvicorn#2", "json:sync")], [("gunicorn", "json:sync")]),
        ("gra*/json:sync ", [("granian", "json:sync")], [("granian", "json:async"), ("a", "json:sync")]),
    ],
)
def test_a_worker_and_a_row_may_stand_before_it(
    scope: str, covered: list[tuple[str, str]], not_covered: list[tuple[str, str]]
) -> None:
    condition = one(f"{scope}errors>1%")
    assert all(condition.covers(*each) for each in covered)
    assert not any(condition.covers(*each) for each in not_covered)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is no limit"),
        ("goodput", "it is no limit"),
        ("goodput=5", "it is no limit"),
        ("p99>250ms errors>1%", "it is no limit"),
        ("p98>250ms", "'p98' is none of goodput, p50"),
        ("p99>250", "p99 is in ms or s"),
        ("p99>10%", "a change in % needs two runs: betterworker compare"),
        ("memory>5kg", "memory is in mb or gb"),
        ("cpu>5ms", "cpu is in s"),
        ("goodput<-5", "-5 cannot be its limit"),
        ("goodput<0", "0 cannot be its limit"),
        ("errors>100%", "100% cannot be its limit"),
    ],
)
def test_what_is_no_condition_of_a_run_says_the_way_out(text: str, why: str) -> None:
    with pytest.raises(BadInput) as error:
        parse([text], relative=False)
    assert why in str(error.value)
    assert "Write goodput<1000, p99>250ms" in str(error.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("goodput<-5", "a change between two runs is in %"),
        ("p99>250ms", "a change between two runs is in %"),
        ("goodput<-100%", "nothing can lose all of itself"),
        ("max>5%", "'max' is none of"),
    ],
)
def test_what_is_no_change_says_the_way_out(text: str, why: str) -> None:
    with pytest.raises(BadInput) as error:
        parse([text], relative=True)
    assert why in str(error.value)
    assert "Write goodput<-5%, p99>10%" in str(error.value)

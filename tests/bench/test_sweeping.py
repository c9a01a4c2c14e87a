"""Which rows are swept, and at which numbers of connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import pytest

from betterworker.bench.choices import SWEEP
from betterworker.bench.commands.sweeping import Sweeps
from betterworker.bench.config import Asked, make_study
from betterworker.bench.errors import BadInput, UnknownName
from betterworker.bench.scenarios import scenarios
from betterworker.bench.workers import WORKERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from betterworker.bench.model import Study

TYPE = Sweeps(("json:sync", "json:async", "brotli:sync"))


def study(sweep: Mapping[str, tuple[int, ...]] | None, **asked: Any) -> Study:
    return make_study(
        Asked(sweep=sweep, **asked), target="site", workers=tuple(WORKERS), scenarios=scenarios()
    )


@pytest.mark.parametrize(
    ("said", "rows"),
    [
        ("json:sync=1,8,64", {"json:sync": (1, 8, 64)}),
        ("json", {"json": ()}),
        ("json=1, 8, brotli", {"json": (1, 8), "brotli": ()}),
        ("json=1,brotli=2,4", {"json": (1,), "brotli": (2, 4)}),
        (["json=1,8", "brotli"], {"json": (1, 8), "brotli": ()}),
        ("none", {"none": ()}),
    ],
)
def test_numbers_belong_to_the_row_before_them(said: object, rows: dict[str, tuple[int, ...]]) -> None:
    assert TYPE.convert(said, None, None) == rows


@pytest.mark.parametrize("said", ["json=0", "json=-1", "json=1.5", "json=many", "json=", "json=1,60001"])
def test_what_is_no_number_of_connections_is_refused(said: str) -> None:
    with pytest.raises(click.UsageError, match="not a number of connections from 1 to 60,000"):
        TYPE.convert(said, None, None)


@pytest.mark.parametrize("said", ["8", "=8"])
def test_numbers_without_a_row_are_refused_with_the_way_to_write_it(said: str) -> None:
    with pytest.raises(click.UsageError, match="belongs to no row: write it as json:sync=8"):
        TYPE.convert(said, None, None)


def test_rows_are_completed_after_a_comma() -> None:
    context = click.Context(click.Command("run"))
    found = TYPE.shell_complete(context, click.Option(["--sweep"]), "brotli,json:a")
    assert [item.value for item in found] == ["brotli,json:async"]


def test_a_row_is_swept_at_the_numbers_asked_for_in_ascending_order() -> None:
    assert study({"json:sync": (64, 1, 8)}).sweeps == {"json:sync": (1, 8, 64)}


def test_a_row_without_numbers_gets_the_usual_ones() -> None:
    assert study({"json:sync": ()}).sweeps == {"json:sync": SWEEP}


def test_a_rows_own_connections_are_not_measured_twice() -> None:
    assert study({"json:sync": (1, 32)}).sweeps == {"json:sync": (1,)}
    assert study({"json:sync": (32,)}).sweeps == {}


def test_names_stand_for_rows_as_elsewhere_a_later_one_before_an_earlier() -> None:
    found = study({"*json": (2,), "json:async": (4,)}, scenarios=("json", "query-json", "brotli"))
    assert found.sweeps == {
        "json:sync": (2,),
        "json:async": (4,),
        "query-json:sync": (2,),
        "query-json:async": (2,),
    }


def test_the_profile_decides_where_nothing_is_asked_for() -> None:
    assert set(study(None, profile="full").sweeps) == {"json:sync", "json:async"}
    assert study(None, profile="full", scenarios=("brotli",)).sweeps == {}
    assert study(None, profile="smoke").sweeps == study({"none": ()}, profile="full").sweeps == {}


def test_an_unknown_row_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'json'"):
        study({"jsn": ()})


def test_a_row_that_the_study_does_not_measure_is_refused() -> None:
    with pytest.raises(BadInput, match=r"does not measure that row\. Name it in --scenarios too"):
        study({"brotli": ()}, scenarios=("json",))


def test_mixed_traffic_is_refused_unless_a_pattern_takes_it_along() -> None:
    rows = ("json:sync", "mixed-cpu:sync")
    with pytest.raises(BadInput, match="at its own rate, whatever the connections"):
        study({"mixed-cpu": (8,)}, scenarios=rows)
    assert study({"*": (8,)}, scenarios=rows).sweeps == {"json:sync": (8,)}


def test_a_sweep_takes_its_part_of_the_time() -> None:
    few = {"workers": ("uvicorn", "granian-asgi"), "scenarios": ("json:sync",), "time_s": 60.0}
    without, crowded = study({}, **few), study({"json:sync": tuple(range(1, 60))}, **few)
    assert crowded.looks["json:sync"][-1] < without.looks["json:sync"][-1]

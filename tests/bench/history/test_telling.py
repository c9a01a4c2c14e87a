from __future__ import annotations

import pytest

from betterworker.bench.history import begin
from betterworker.bench.model import Run
from tests.bench.builders import a_ceiling, a_machine, a_run, a_study
from tests.bench.history.runs import ROW, a_past_run, told, upgraded, windows


def fates(*runs: Run) -> list[dict[str, str]]:
    """By run: worker -> what became of it."""
    return [
        {change.worker: change.fate for change in moment.changes.values()} for moment in told(*runs).moments
    ]


def test_a_change_that_the_data_carries_is_called() -> None:
    slower = a_past_run(uvicorn=700.0, machine=upgraded(uvicorn="0.35.0"))
    first, second = fates(a_past_run(), slower)
    assert first == {}
    assert (second["uvicorn"], second["gunicorn-gevent"]) == ("worse", "same")


def test_the_versions_that_changed_are_marked() -> None:
    second = told(a_past_run(), a_past_run(machine=upgraded(uvicorn="0.35.0"))).moments[1]
    assert second.since is not None
    assert [(each.name, each.after) for each in second.since.packages] == [("uvicorn", "0.35.0")]


def test_a_run_that_is_like_the_one_before_changes_nothing() -> None:
    assert set(fates(a_past_run(), a_past_run())[1].values()) <= {"same", "cannot tell"}


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (a_past_run(uvicorn=700.0, machine=a_machine(kernel="6.2.0")), "another machine: kernel"),
        (
            a_run(windows(4000, 700), study=a_study(scenarios=(ROW,), processes=4)),
            "another study: processes",
        ),
        (a_past_run(uvicorn=700.0, ceilings=(a_ceiling(rps=80_000.0),)), "the machine was not as fast"),
    ],
)
def test_nothing_is_called_where_something_else_changed_too(other: Run, why: str) -> None:
    second = told(a_past_run(), other).moments[1]
    assert (second.against, dict(second.changes)) == (None, {})
    assert second.why_not.startswith(why)


def test_another_profile_is_only_another_name() -> None:
    named = a_run(windows(4000, 700), study=a_study(scenarios=(ROW,), profile="full"))
    assert fates(a_past_run(), named)[1]["uvicorn"] == "worse"


def test_a_run_is_compared_with_the_last_on_its_terms() -> None:
    elsewhere = a_past_run(machine=a_machine(cpu_model="Another"))
    history = told(a_past_run(), elsewhere, a_past_run(uvicorn=700.0), a_past_run(uvicorn=700.0))
    assert [moment.against for moment in history.moments] == [None, None, 1, 3]
    assert history.moments[2].since is not None
    assert history.moments[2].since.machine  # since the run just before, nevertheless


def test_a_run_without_results_is_passed_over() -> None:
    empty = a_run(study=a_study(scenarios=(ROW,)), finished=False)
    history = told(a_past_run(), empty, a_past_run(uvicorn=700.0))
    assert [moment.against for moment in history.moments] == [None, None, 1]
    assert [moment.measured for moment in history.moments] == [True, False, True]


def test_runs_go_by_the_clock_and_without_a_time_last() -> None:
    found = [("b", None), ("c", 5.0), ("a", None), ("d", 1.0)]
    assert [folder for folder, _ in sorted(found, key=begin)] == ["d", "c", "a", "b"]


def test_workers_and_rows_of_all_runs_in_the_order_of_the_last() -> None:
    old = a_run(study=a_study(workers=("old", "uvicorn"), scenarios=("gone:sync", ROW)))
    history = told(old, a_past_run())
    assert history.workers == ("gunicorn-gevent", "uvicorn", "old")
    assert history.scenarios == (ROW, "gone:sync")


def test_only_goodput_is_told() -> None:
    history = told(a_past_run(), a_past_run(uvicorn=700.0))
    assert {change.metric for change in history.moments[1].changes.values()} == {"goodput"}


def test_the_middle_of_all_changes_is_kept() -> None:
    history = told(a_past_run(), a_past_run(2000.0, 500.0))
    assert history.moments[1].middle == pytest.approx(0.5, rel=0.01)

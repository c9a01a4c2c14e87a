from __future__ import annotations

from dataclasses import replace

import pytest

from betterworker.bench.model import Load, Result
from betterworker.bench.pacing import closed_peaks, counted, paced_rates
from tests.bench.builders import a_failure, a_result, a_trial, results


def again(result: Result) -> Result:
    return replace(result, trial=replace(result.trial, attempt=2))


def test_only_the_last_attempt_at_a_block_counts() -> None:
    first, second = results("uvicorn", "json:sync", 100, 200)
    assert counted([first, second, again(first)]) == (second, again(first))


def test_a_repetition_that_failed_counts_as_well() -> None:
    (first,) = results("uvicorn", "json:sync", 100)
    failed = a_result(trial=again(first).trial, failure=a_failure())
    assert counted([first, failed]) == (failed,)


def test_a_peak_is_the_median_of_the_closed_loop() -> None:
    assert closed_peaks(results("uvicorn", "json:sync", 100, 130, 110)) == {("uvicorn", "json:sync"): 110}


def test_open_loops_and_twins_and_failures_have_no_peak() -> None:
    paced = a_result(trial=a_trial(point="50%", load=Load(connections=9, rate=50.0)))
    twins = results("uvicorn#twin", "json:sync", 100)
    assert closed_peaks([paced, *twins, *results("a", "json:sync", a_failure(), 0)]) == {}


def test_each_worker_gets_shares_of_its_own_peak_and_all_get_one_rate() -> None:
    assert paced_rates({"a": 4210.0, "b": 513.0}) == {
        "50%": {"a": 2100.0, "b": 256.0},
        "80%": {"a": 3370.0, "b": 410.0},
        "common": {"a": 250.0, "b": 250.0},
    }


def test_a_common_rate_that_was_asked_for_is_taken_as_it_is() -> None:
    assert paced_rates({"a": 4210.0, "b": 513.0}, 1234.5)["common"] == {"a": 1234.5, "b": 1234.5}


@pytest.mark.parametrize(
    ("slowest", "common"), [(0.6, 0.3), (8.5, 4.2), (19.99, 9.9), (999, 490), (2e5, 1e5)]
)
def test_the_common_rate_has_two_digits_and_is_never_rounded_up(slowest: float, common: float) -> None:
    assert paced_rates({"a": slowest})["common"] == {"a": common}


def test_without_peaks_there_are_no_rates() -> None:
    assert paced_rates({}, 100.0) == {}

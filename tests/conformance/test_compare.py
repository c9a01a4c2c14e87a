"""What counts as a difference."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance.compare import (
    Difference,
    class_of,
    confirmed,
    differences,
    exercising,
    lost_in_routing,
    rows,
)
from tests.conformance.modes import Mode
from tests.conformance.runs import LAST_LINE, Outcome, Run, Unfinished, read
from tests.conformance.table import table, told

PASSED = {"asgi.tests.A.test_one": Outcome(outcome="passed", requests=1)}
FAILED = {"asgi.tests.A.test_one": Outcome(outcome="failed", detail="AssertionError: 500 != 200", requests=1)}
NOTHING: Run = {}
LINE = json.dumps({"test": "asgi.tests.A.test_one", "outcome": "passed", "requests": 1}) + "\n"


def found(stock: Run, routed_stock: Run, **ours: Run) -> list[tuple[str, Mode, str]]:
    modes = {Mode[name.upper()]: run for name, run in ours.items()}
    lost = lost_in_routing(stock, modes[Mode.ROUTED], routed_stock)
    return [(each.test, each.mode, each.outcome.outcome) for each in differences(stock, modes, lost)]


def difference(mode: Mode = Mode.ROUTED) -> Difference:
    test, outcome = next(iter(FAILED.items()))
    return Difference(test=test, mode=mode, outcome=outcome)


def test_what_passes_on_both_is_no_difference() -> None:
    assert found(PASSED, PASSED, routed=PASSED) == []


def test_what_fails_here_alone_is_one() -> None:
    assert found(PASSED, PASSED, routed=FAILED) == [("asgi.tests.A.test_one", Mode.ROUTED, "failed")]


def test_what_fails_on_stock_too_is_none() -> None:
    assert found(FAILED, FAILED, routed=FAILED) == []


def test_what_was_not_run_has_not_passed() -> None:
    assert found(PASSED, PASSED, routed=NOTHING) == [("asgi.tests.A.test_one", Mode.ROUTED, "not run")]


def test_what_is_skipped_here_alone_has_not_passed() -> None:
    skipped = {"asgi.tests.A.test_one": Outcome(outcome="skipped")}
    assert found(PASSED, PASSED, routed=skipped) == [("asgi.tests.A.test_one", Mode.ROUTED, "skipped")]


def test_what_our_clients_cannot_do_is_told_by_djangos_own_clients() -> None:
    assert found(PASSED, FAILED, routed=FAILED, replaced=PASSED) == []
    assert found(PASSED, FAILED, routed=FAILED, replaced=FAILED) == [
        ("asgi.tests.A.test_one", Mode.REPLACED, "failed")
    ]


def test_what_has_no_requests_is_not_expected_in_the_runs_that_are_about_them() -> None:
    without = {"i18n.tests.B.test_two": Outcome(outcome="passed")}
    assert found(without, NOTHING, routed=without, taken_for_async=NOTHING) == []
    assert found(PASSED, PASSED, routed=PASSED, taken_for_async=NOTHING) == [
        ("asgi.tests.A.test_one", Mode.TAKEN_FOR_ASYNC, "not run")
    ]


def test_a_class_with_one_request_is_run_whole() -> None:
    others = ("asgi.tests.A.test_two", "asgi.tests.B.test_one")
    run = PASSED | {name: Outcome(outcome="passed") for name in others}
    assert {class_of(test) for test in exercising(run)} == {"asgi.tests.A"}
    assert exercising(run) == {"asgi.tests.A.test_one", "asgi.tests.A.test_two"}


def test_a_difference_that_is_gone_the_second_time_is_not_confirmed() -> None:
    assert confirmed([difference()], PASSED, {Mode.ROUTED: PASSED}) == []
    assert confirmed([difference()], PASSED, {Mode.ROUTED: FAILED}) == [difference()]


def test_one_that_is_not_stable_on_stock_is_not_confirmed() -> None:
    assert confirmed([difference()], FAILED, {Mode.ROUTED: FAILED}) == []


def test_rows_are_by_suite_and_count_what_went_through_the_handler() -> None:
    stock = PASSED | {"i18n.tests.B.test_two": Outcome(outcome="failed")}
    asgi, i18n = rows(stock, {Mode.ROUTED: FAILED}, [difference()])
    assert (asgi.tests, asgi.on_stock, asgi.here, asgi.requests, asgi.differences) == (1, 1, 0, 1, 1)
    assert (i18n.tests, i18n.on_stock, i18n.here, i18n.requests, i18n.differences) == (1, 0, 0, 0, 0)


def test_a_suite_without_requests_says_that_it_exercised_nothing() -> None:
    (row,) = rows({"i18n.tests.B.test_two": Outcome(outcome="passed")}, {Mode.ROUTED: NOTHING}, [])
    assert "not exercised" in "\n".join(table([row]))


def test_a_test_is_told_once_with_its_modes_and_the_end_of_its_traceback() -> None:
    text = "\n".join(told([difference(Mode.ROUTED), difference(Mode.TAKEN_FOR_SYNC)]))
    assert text.count("asgi.tests.A.test_one") == 1
    assert "failed here (routed, taken-for-sync)" in text
    assert "500 != 200" in text


def test_results_are_those_of_a_run_that_came_to_its_end(tmp_path: Path) -> None:
    results = tmp_path / "routed.jsonl"
    results.write_text(LINE + LAST_LINE)
    assert read(results) == PASSED


@pytest.mark.parametrize("written", ["", LINE, LINE + '{"test": "asgi.tests.A.te', LINE + LAST_LINE[:-1]])
def test_one_that_hung_or_died_is_not_compared(tmp_path: Path, written: str) -> None:
    results = tmp_path / "stock.jsonl"
    results.write_text(written)
    with pytest.raises(Unfinished):
        read(results)


def test_nor_is_one_that_wrote_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unfinished):
        read(tmp_path / "routed.jsonl")

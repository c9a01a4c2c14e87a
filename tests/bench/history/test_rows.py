from __future__ import annotations

from betterworker.bench.reports.rows.history import (
    change_lines,
    history_notes,
    marks,
    row_table,
    run_lines,
)
from tests.bench.builders import a_ceiling, a_machine
from tests.bench.history.runs import ROW, a_past_run, told, upgraded

BOTH = ("gunicorn-gevent", "uvicorn")


def test_a_run_says_when_it_began_and_what_it_is_compared_with() -> None:
    first, second = run_lines(told(a_past_run(), a_past_run(finished=False)))
    assert (first.when, first.against, first.state) == ("2025-01-01 12:00", "–", "")
    assert (second.when, second.against, second.state) == ("2025-01-02 12:00", "run 1", "partial")


def test_marks_come_in_the_order_of_what_spoils_a_comparison() -> None:
    machine = a_machine(kernel="6.2.0", packages={"Django": "5.2", "uvicorn": "0.35.0"})
    other = a_past_run(machine=machine, ceilings=(a_ceiling(rps=80_000.0),))
    assert marks(told(a_past_run(), other).moments[1]) == (
        "machine: kernel 6.1.0 → 6.2.0",
        "speed: the null server was 0.80 times as fast: the machine, or the load's own software",
        "packages: uvicorn 0.34.0 → 0.35.0",
    )


def test_many_packages_are_counted() -> None:
    machine = upgraded(**{f"package-{number}": "1" for number in range(9)})
    (mark,) = marks(told(a_past_run(), a_past_run(machine=machine)).moments[1])
    assert mark.endswith(" and 3 more")


def test_a_change_is_written_with_its_interval_and_in_the_table_with_its_ratio() -> None:
    history = told(a_past_run(), a_past_run(uvicorn=700.0))
    (line,) = change_lines(history, (ROW,), BOTH)
    assert line.startswith("run 2 against 1: Sync JSON, uvicorn ▼ 0.70 [0.")
    assert row_table(history, ROW, BOTH).rows[1].cells[1].text.endswith("▼0.70")


def test_only_what_is_asked_for_is_told() -> None:
    history = told(a_past_run(), a_past_run(uvicorn=700.0))
    assert change_lines(history, (ROW,), ("gunicorn-gevent",)) == ()
    assert row_table(history, ROW, ("uvicorn",)).columns == ("uvicorn",)


def test_a_run_without_results_has_no_line_in_a_table() -> None:
    history = told(a_past_run(), a_past_run(results=(), finished=False))
    assert len(row_table(history, ROW, BOTH).rows) == 1
    assert any("Without a result there is no time" in note for note in history_notes(history))


def test_a_worker_that_a_run_does_not_have_is_missing_there() -> None:
    history = told(a_past_run(), a_past_run())
    assert row_table(history, ROW, ("other",)).rows[0].cells[0].text == "–"

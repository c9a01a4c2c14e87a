from __future__ import annotations

from dataclasses import replace

import pytest

from betterworker.bench.model import Estimate, Status
from betterworker.bench.reports.rows import best_lines, facts, notes, row_title, run_notes, tables
from betterworker.bench.reports.rows.tables import goodput
from betterworker.bench.reports.rows.words import number, percent, shortened
from tests.bench.builders import (
    a_finding,
    a_latency,
    a_machine,
    a_run,
    a_study,
    a_summary,
    an_estimate,
    an_interval,
    an_outcomes,
)
from tests.bench.reports.runs import every_kind


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("json:sync", "Sync JSON"),
        ("query-html:async", "Async query HTML"),
        ("blocking-10s:async", "Async blocking 10s"),
        ("requests:sync", "Sync Request"),
        ("aiohttp:async", "Async AIOHTTP"),
        ("fake-redis-hit:sync", "Sync Fake Redis hit"),
        ("my-own-page:async", "Async my own page"),
    ],
)
def test_rows_are_titled_as_in_the_article(key: str, title: str) -> None:
    assert row_title(key) == title


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (30913.89, "30,914"),
        (181.38, "181"),
        (99.99, "100"),
        (38.5, "38.5"),
        (0.5, "0.50"),
        (0, "0.00"),
    ],
)
def test_figures_have_three_places(value: float, shown: str) -> None:
    assert number(value) == shown


def test_small_shares_keep_a_decimal() -> None:
    assert [percent(share) for share in (0.123, 0.01, 0.004)] == ["12%", "1%", "0.4%"]


def test_long_reasons_are_shortened_visibly() -> None:
    assert shortened("no process answered", 12) == "no process…"


def test_a_figure_comes_with_its_half_width() -> None:
    interval = an_interval(median=4210.0, low=4100.0, high=4320.0)
    assert goodput(an_estimate(goodput=interval)) == "4,210 ±3%"


def test_the_half_width_is_rounded_up() -> None:
    assert goodput(an_estimate(goodput=an_interval(low=4200.0, high=4220.0))) == "4,210 ±1%"
    assert goodput(an_estimate(goodput=an_interval(low=4210.0, high=4210.0))) == "4,210 ±0%"


def test_a_figure_without_an_interval_stands_alone() -> None:
    assert goodput(an_estimate(goodput=an_interval(low=None, high=None))) == "4,210"


@pytest.mark.parametrize(
    ("status", "best", "shown"),
    [
        ("ok", True, "4,210 ±3%★"),
        ("at_ceiling", False, "4,210 ±3%⌃"),
        ("at_ceiling", True, "4,210 ±3%★⌃"),
        ("generator_limited", False, "4,210 ±3% g"),
    ],
)
def test_a_figure_carries_its_marks(status: Status, best: bool, shown: str) -> None:
    assert goodput(an_estimate(status=status, best=best)) == shown


def without_figure(status: Status, gate: str, message: str = "") -> Estimate:
    found = a_finding(gate=gate, message=message)
    outcomes = an_outcomes(sent=1000, timeout=123)
    return an_estimate(status=status, goodput=None, findings=(found,), outcomes=outcomes)


@pytest.mark.parametrize(
    ("estimate", "shown"),
    [
        (without_figure("failed", "fails", "HTTP 500: RuntimeError"), "fails: HTTP 500"),
        (without_figure("failed", "fails", "x" * 99), f"fails: {'x' * 23}…"),
        (without_figure("failed", "other"), "fails: see notes"),
        (without_figure("invalid", "error_share"), "invalid: 12% errors"),
        (without_figure("invalid", "wrong_content"), "invalid: wrong content"),
        (without_figure("invalid", "a_new_gate"), "invalid: a new gate"),
        (without_figure("not_run", "not_installed"), "not installed"),
        (without_figure("not_run", "not_run"), "–"),
    ],
)
def test_a_cell_without_a_figure_says_why(estimate: Estimate, shown: str) -> None:
    assert goodput(estimate) == shown


def cells(estimate: Estimate) -> dict[str, str]:
    return {table.title: table.rows[0].cells[0] for table in tables(a_summary(estimate)) if table.rows}


def test_each_table_shows_its_figure() -> None:
    shown = cells(an_estimate(outcomes=an_outcomes(sent=1000, timeout=4)))
    assert shown == {
        "Goodput": "4,210 ±3%",
        "Latency": "40.5/80.2/120",
        "Errors": "4 (0.4%)",
        "Server CPU": "0.95",
        "Peak memory": "81.5",
    }


def test_a_missing_figure_is_a_dash_and_never_a_zero() -> None:
    nothing = Estimate(worker="a", scenario="json:sync", status="not_run")
    assert set(cells(nothing).values()) == {"–"}


def test_a_percentile_that_is_not_carried_is_a_dash() -> None:
    assert cells(an_estimate(latency=a_latency(p99=None)))["Latency"] == "40.5/80.2/–"


def test_figures_of_an_invalid_cell_are_marked() -> None:
    shown = cells(an_estimate(status="invalid", goodput=None))
    assert (shown["Latency"], shown["Peak memory"]) == ("40.5/80.2/120!", "81.5!")


def test_rows_without_errors_are_left_out_of_the_errors() -> None:
    wrong = an_estimate(scenario="json:async", outcomes=an_outcomes(timeout=1))
    errors = tables(a_summary(an_estimate(), wrong))[2]
    assert [row.title for row in errors.rows] == ["Async JSON"]


def test_winners_are_said_in_words() -> None:
    assert best_lines(every_kind()) == (
        "Sync JSON: gunicorn-gevent",
        "Async JSON: cannot tell",
        "Async blocking 1s: uvicorn, hypercorn-asyncio (tied at the ceiling)",
    )


def test_a_worker_alone_in_its_row_wins_nothing() -> None:
    assert best_lines(a_summary(an_estimate())) == ("Sync JSON: cannot tell (only uvicorn has a figure)",)


def test_a_failure_of_all_rows_is_one_line() -> None:
    (line,) = (line for line in notes(every_kind()) if "trio" in line)
    assert line.startswith("hypercorn-trio; all 3 rows: HTTP 500: RuntimeError: no [running] event")
    assert line.endswith("Expected: no asyncio loop.")


def test_what_workers_share_is_said_once() -> None:
    lines = [line for line in notes(every_kind()) if "connections / delay" in line]
    assert [line.partition(":")[0] for line in lines] == ["uvicorn, hypercorn-asyncio; Async blocking 1s"]


def test_the_gravest_is_said_first() -> None:
    told = notes(every_kind())
    first = [next(i for i, line in enumerate(told) if word in line) for word in ("HTTP", "generator")]
    assert first == sorted(first)
    assert "not installed" in told[-1] or "not measured" in told[-1]


def test_findings_of_the_run_come_with_advice() -> None:
    finding = a_finding(message="it stopped", advice="Resume it.")
    assert run_notes(a_summary(findings=(finding,))) == ("it stopped. Resume it.",)


def fact(name: str, **overrides: object) -> str:
    run = replace(a_run(), **overrides) if overrides else a_run()  # type: ignore[arg-type]
    return dict(facts(a_summary(run=run)))[name]


def test_a_load_that_differs_by_row_says_where() -> None:
    study = a_study(scenarios=("json:sync", "json:async", "requests:sync"))
    study = replace(study, connections={**study.connections, "requests:sync": 2000})
    assert fact("Connections", study=study) == "200; 2,000 (Sync Request)"


def test_what_the_machine_did_not_say_is_unknown() -> None:
    assert fact("CPU limit") == "unknown"
    assert fact("CPU", machine=a_machine(cpu_model=None)) == "unknown, 2 usable"


def test_servers_that_are_not_pinned_are_said_to_be() -> None:
    assert fact("Server CPUs", study=a_study(server_cpus=())) == "not pinned"

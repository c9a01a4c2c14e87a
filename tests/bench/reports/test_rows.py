from __future__ import annotations

from dataclasses import replace

import pytest

from betterworker.bench.model import Estimate, Paces, Status
from betterworker.bench.reports.rows import facts, legend, notes, row_title, run_notes, tables
from betterworker.bench.reports.rows.closed import goodput
from betterworker.bench.reports.rows.words import joined, number, percent, shortened, whole
from tests.bench.builders import (
    a_finding,
    a_latency,
    a_machine,
    a_paced,
    a_run,
    a_study,
    a_summary,
    an_estimate,
    an_interval,
    an_outcomes,
)
from tests.bench.reports.runs import every_kind

LATENCY = "Latency at saturation (closed loop: not what users feel)"


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("json:sync", "Sync JSON"),
        ("query-html:async", "Async query HTML"),
        ("blocking-10s:async", "Async blocking 10s"),
        ("requests:sync", "Sync Request"),
        ("aiohttp:async", "Async AIOHTTP"),
        ("fake-redis-hit:sync", "Sync Fake Redis hit"),
        ("mixed-blocking:sync", "Sync Mixed blocking"),
        ("mixed-cpu:async", "Async Mixed CPU"),
        ("my-own-page:async", "Async my own page"),
        ("/about-us/:sync", "Sync /about-us/"),
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


def test_a_whole_rate_has_no_decimals() -> None:
    assert [whole(rate) for rate in (4210.0, 60.0, 2.5)] == ["4,210", "60", "2.50"]


def test_names_are_joined_as_people_do() -> None:
    assert [joined(names) for names in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


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


def test_an_interval_that_says_nothing_is_not_spelled_out() -> None:
    assert goodput(an_estimate(goodput=an_interval(low=1.0, high=90_000.0))) == "4,210 ±>500%"


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
    shown = (table for table in tables(a_summary(estimate)) if table.rows)
    return {table.title: table.rows[0].cells[0].text for table in shown}


def test_each_table_shows_its_figure() -> None:
    shown = cells(an_estimate(outcomes=an_outcomes(sent=1000, timeout=4)))
    assert shown == {
        "Goodput": "4,210 ±3%",
        LATENCY: "40.5/80.2/120",
        "Errors": "4 (0.4%)",
        "Server CPU": "0.95",
        "Peak memory": "81.5",
    }


def test_a_row_that_streams_shows_its_first_bytes() -> None:
    shown = cells(an_estimate(first_byte=a_latency(p50=1.5, p95=None)))
    assert shown["Time to first byte"] == "1.50/–"


def test_database_connections_stand_beside_the_figure_and_in_their_table() -> None:
    shown = cells(an_estimate(db_connections=32, best=True))
    assert (shown["Goodput"], shown["Database connections"]) == ("4,210 ±3%★ 32c", "32")
    assert any(line.startswith("c the most") for line in legend(a_summary(an_estimate(db_connections=32))))


def test_connections_of_a_cell_without_a_figure_are_still_told() -> None:
    shown = cells(Estimate(worker="a", scenario="json:sync", status="failed", db_connections=100))
    assert (shown["Goodput"], shown["Database connections"]) == ("fails: see notes", "100")


def test_rows_without_a_database_have_a_dash() -> None:
    summary = a_summary(an_estimate(db_connections=0), an_estimate(worker="b"))
    connections = tables(summary)[-1].rows[0]
    assert [cell.text for cell in connections.cells] == ["0", "–"]


def test_a_missing_figure_is_a_dash_and_never_a_zero() -> None:
    nothing = Estimate(worker="a", scenario="json:sync", status="not_run")
    assert set(cells(nothing).values()) == {"–"}


def test_a_percentile_that_is_not_carried_is_a_dash() -> None:
    assert cells(an_estimate(latency=a_latency(p99=None)))[LATENCY] == "40.5/80.2/–"


def test_figures_of_an_invalid_cell_are_marked() -> None:
    shown = cells(an_estimate(status="invalid", goodput=None))
    assert (shown[LATENCY], shown["Peak memory"]) == ("40.5/80.2/120!", "81.5!")


def test_rows_without_errors_are_left_out_of_the_errors() -> None:
    wrong = an_estimate(scenario="json:async", outcomes=an_outcomes(timeout=1))
    errors = tables(a_summary(an_estimate(), wrong))[2]
    assert [row.title for row in errors.rows] == ["Async JSON"]


def test_what_was_not_measured_has_no_table() -> None:
    titles = [table.title for table in tables(a_summary(an_estimate()))]
    assert titles == ["Goodput", LATENCY, "Errors", "Server CPU", "Peak memory"]


def test_the_legend_explains_what_is_shown_and_no_more() -> None:
    assert len(legend(a_summary())) < len(legend(every_kind()))
    assert any("margin of 3 %" in line for line in legend(every_kind()))


def test_a_failure_of_all_rows_is_one_line() -> None:
    (line,) = (line for line in notes(every_kind()) if "trio" in line)
    assert line.startswith("hypercorn-trio; all 3 rows: HTTP 500: RuntimeError: no [running] event")
    assert line.endswith("Expected: no asyncio loop.")


def of_rows(told: int, *, every: int = 8) -> str:
    """The rows' part of the note of a finding that so many of all rows have."""
    noted = a_finding(severity="note")
    rows = (f"row{number}:sync" for number in range(every))
    estimates = [an_estimate(scenario=row, findings=(noted,) * (n < told)) for n, row in enumerate(rows)]
    (line,) = notes(a_summary(*estimates))
    return line.partition(": ")[0].partition("; ")[2]


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (8, "all 8 rows"),
        (7, "all 8 rows but Sync row7"),
        (5, "all 8 rows but Sync row5, Sync row6 and Sync row7"),
        (2, "Sync row0, Sync row1"),
    ],
)
def test_a_note_of_most_rows_names_those_that_it_is_not_of(told: int, shown: str) -> None:
    assert of_rows(told) == shown


def test_a_note_of_all_rates_is_short_too() -> None:
    noted = a_finding(severity="note")
    paced = tuple(a_paced(point=point, findings=(noted,)) for point in ("50%", "80%"))
    (line,) = notes(a_summary(an_estimate(findings=(noted,)), paced=paced))
    assert line.startswith("uvicorn; Sync JSON, all 2 rows of the open loop: ")


def test_what_workers_share_is_said_once() -> None:
    lines = [line for line in notes(every_kind()) if "near the ceiling" in line]
    assert [line.partition(":")[0] for line in lines] == ["uvicorn, hypercorn-asyncio; Async blocking 1s"]


def test_the_gravest_is_said_first() -> None:
    told = notes(every_kind())
    words = ("HTTP 500", "97 % of its CPU", "not installed")
    first = [next(i for i, line in enumerate(told) if word in line) for word in words]
    assert first == sorted(first)


def test_the_open_loops_findings_name_the_row_and_its_point() -> None:
    told = notes(every_kind())
    assert "hypercorn-uvloop; Sync JSON at 80 %: reached 180 of 240 RPS. Read it as a limit." in told
    rows = "Sync JSON, Sync JSON at 210 RPS (common), Sync JSON at 512 connections"
    assert any(line.startswith(f"uvicorn; {rows}: 12.0 %") for line in told)


def test_why_no_capacity_was_found_is_noted() -> None:
    assert notes(every_kind())[-1] == "uvicorn; Sync JSON at p99<250ms,errors<0.1%: none kept it."


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


def test_planned_looks_are_told_by_row() -> None:
    looks = {"json:sync": (6, 10, 16), "json:async": (3,)}
    study = a_study(looks=looks, blocks_per_round=dict.fromkeys(looks, 4), margin=0.05)
    assert fact("Blocks", study=study) == "6, 10, 16; 3 (Async JSON)"
    assert (fact("Blocks a round", study=study), fact("Margin", study=study)) == ("4", "5 %")


def test_the_open_loop_is_told_where_there_is_one() -> None:
    study = a_study(mixes={"mixed-cpu:sync": (54.0, 6.0)}, paces=Paces(objective="p99<250ms"))
    assert fact("Arrivals", study=study) == "poisson, over at most 256 connections"
    assert fact("Mixed traffic", study=study) == "54 fast and 6 slow RPS"
    assert fact("Objective", study=study) == "p99<250ms"
    assert "Arrivals" not in dict(facts(a_summary()))


def test_threads_and_backends_are_told_where_they_are_known() -> None:
    study = a_study(threads=16, backends={"redis": "redis-server 7.0.15, started here", "postgres": None})
    assert fact("Threads asked for", study=study) == "16 a process"
    assert fact("Backends", study=study) == "redis: redis-server 7.0.15, started here; postgres: none"
    assert not {"Threads asked for", "Backends"} & set(dict(facts(a_summary())))


def test_what_the_machine_did_not_say_is_unknown() -> None:
    assert fact("CPU limit") == "unknown"
    assert fact("CPU", machine=a_machine(cpu_model=None)) == "unknown, 2 usable"


def test_servers_that_are_not_pinned_are_said_to_be() -> None:
    assert fact("Server CPUs", study=a_study(server_cpus=())) == "not pinned"

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from betterworker.bench.commands.listing import cell
from betterworker.bench.reports.rows import facts, notes, tables
from betterworker.bench.reports.rows.sweep import curve, throughput
from tests.bench.builders import (
    a_finding,
    a_paced,
    a_run,
    a_study,
    a_summary,
    a_swept,
    an_estimate,
    an_interval,
    an_outcomes,
)

if TYPE_CHECKING:
    from betterworker.bench.model import Summary, Swept

TITLE = "Throughput against connections"


def summary(*swept: Swept, **overrides: Any) -> Summary:
    """Two workers on a row of 200 connections."""
    cells = (an_estimate(worker="a"), an_estimate(worker="b", status="failed", goodput=None))
    return a_summary(*cells, swept=swept, **overrides)


def shown(found: Summary) -> list[tuple[str, ...]]:
    (table,) = (table for table in tables(found) if table.title == TITLE)
    return [(row.title, *(each.text for each in row.cells)) for row in table.rows]


def test_a_row_for_each_number_of_connections_its_own_among_them() -> None:
    found = summary(a_swept(worker="a", connections=1), a_swept(worker="b", connections=512))
    assert shown(found) == [
        ("Sync JSON at 1\nconnection", "3,100 ±4%", "–"),
        ("Sync JSON at 200\nconnections", "4,210 ±3%", "fails: see notes"),
        ("Sync JSON at 512\nconnections", "–", "3,100 ±4%"),
    ]


def test_what_was_not_swept_has_no_table() -> None:
    assert TITLE not in {table.title for table in tables(summary())}


def test_rows_are_named_by_what_they_are_of() -> None:
    (table,) = (each for each in tables(summary(a_swept(worker="a"))) if each.title == TITLE)
    assert [row.key for row in table.rows] == ["json:sync@8c", "json:sync"]


def test_a_point_without_a_figure_says_why() -> None:
    finding, late = a_finding(gate="error_share"), an_outcomes(sent=1000, timeout=123)
    invalid = a_swept(status="invalid", goodput=None, findings=(finding,), outcomes=late)
    assert throughput(invalid) == "invalid: 12% errors"
    assert throughput(a_swept(status="generator_limited")) == "3,100 ±4% g"


def test_no_point_of_a_curve_is_best() -> None:
    assert throughput(an_estimate(best=True)) == "4,210 ±3%"


def test_a_curve_goes_from_few_connections_to_many() -> None:
    found = summary(a_swept(worker="a", connections=512), a_swept(worker="a", status="generator_limited"))
    assert [(count, status) for count, _, status in curve(found, "a", "json:sync")] == [
        (8, "generator_limited"),
        (200, "ok"),
        (512, "ok"),
    ]
    assert curve(found, "a", "json:sync")[1][1] == an_interval()


def test_a_curve_has_only_what_has_a_figure() -> None:
    found = summary(a_swept(worker="b"), a_swept(worker="b", connections=9, status="invalid", goodput=None))
    assert [count for count, *_ in curve(found, "b", "json:sync")] == [8]
    assert curve(found, "c", "json:sync") == ()


def test_findings_of_points_are_told_with_their_connections() -> None:
    busy = a_finding(gate="generator_limited", severity="label", message="busy", advice="More CPUs.")
    (note,) = notes(a_summary(swept=(a_swept(findings=(busy,)),)))
    assert note == "uvicorn; Sync JSON at 8 connections: busy. More CPUs."


def test_what_is_found_at_every_point_is_told_once() -> None:
    same = a_finding(message="a backlog of 2,048 was asked for", advice="")
    points = tuple(a_swept(connections=count, findings=(same,)) for count in (1, 8, 128))
    (note,) = notes(a_summary(swept=points))
    assert note.startswith("uvicorn; all 3 points of the sweeps: a backlog")


def test_the_numbers_are_told_with_their_rows() -> None:
    sweeps = {"json:sync": (1, 1024), "json:async": (1, 1024), "brotli:sync": (8,)}
    run = a_run(study=a_study(sweeps=sweeps))
    told = dict(facts(a_summary(run=run)))
    assert told["Swept connections"] == "1, 1,024 (Sync JSON, Async JSON); 8 (Sync Brotli)"
    assert "Swept connections" not in dict(facts(a_summary()))


def test_a_cell_that_failed_a_run_is_named_with_its_place() -> None:
    assert cell(a_swept(connections=1)) == "uvicorn json:sync at 1 connection"
    assert cell(a_swept()) == "uvicorn json:sync at 8 connections"
    assert cell(a_paced()) == "uvicorn json:sync at 50%"
    assert cell(an_estimate()) == "uvicorn json:sync"

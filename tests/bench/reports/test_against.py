from __future__ import annotations

import pytest

from betterworker.bench.model import Estimate, Interval, Verdict
from betterworker.bench.reports.rows import Row, tables
from betterworker.bench.reports.rows.against import versus
from betterworker.bench.reports.rows.figures import inverse, ratio_interval
from betterworker.bench.reports.rows.words import ratio
from tests.bench.builders import a_comparison, a_standing, a_summary, an_estimate

THREE = ("uvicorn", "gunicorn-gevent", "granian-asgi")


def an_interval_of(median: float, low: float | None, high: float | None) -> Interval:
    return Interval(median=median, low=low, high=high, n=6)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.96, "0.96"),
        (1.0, "1.00"),
        (1.0004, "1.00"),
        (0.997, "0.997"),
        (1.002, "1.002"),
        (1.52, "1.52"),
        (12.34, "12.3"),
        (0.0, "0.00"),
    ],
)
def test_a_ratio_shows_on_which_side_of_1_it_lies(value: float, shown: str) -> None:
    assert ratio(value) == shown


@pytest.mark.parametrize(
    ("interval", "shown"),
    [
        (an_interval_of(0.96, 0.94, 0.98), "0.96 [0.94, 0.98]"),
        (an_interval_of(1.001, 0.99, 1.01), "1.001 [0.99, 1.01]"),
        (an_interval_of(0.0101, 0.0098, 0.0104), "0.0101 [0.0098, 0.0104]"),
        (an_interval_of(0.00052, 0.00049, 0.00055), "0.00052 [0.00049, 0.00055]"),
        (an_interval_of(0.5, 0.000001, 0.9), "0.500 [0.000, 0.900]"),
        (an_interval_of(0.96, None, None), "0.96"),
    ],
)
def test_a_ratio_stands_before_its_interval(interval: Interval, shown: str) -> None:
    assert ratio_interval(interval) == shown


def test_the_other_way_round_the_ends_change_places() -> None:
    assert inverse(an_interval_of(0.5, 0.4, 0.8)) == an_interval_of(2.0, 1.25, 2.5)
    assert inverse(an_interval_of(0.5, None, None)) == an_interval_of(2.0, None, None)


@pytest.mark.parametrize(
    ("verdict", "shown"),
    [
        ("beats", "0.80 [0.78, 0.82] <"),
        ("tied", "0.80 [0.78, 0.82] ="),
        ("cannot tell", "0.80 [0.78, 0.82] ?"),
    ],
)
def test_a_rival_carries_the_verdict(verdict: Verdict, shown: str) -> None:
    assert versus(a_comparison(verdict=verdict)) == shown


def rows_of(summary_standings: object) -> list[Row]:
    cells: list[Estimate] = [an_estimate(worker=worker) for worker in THREE]
    summary = a_summary(*cells, standings=summary_standings)
    return [row for table in tables(summary) if table.title == "Against the leader" for row in table.rows]


def test_a_row_has_its_leader_its_rivals_and_the_a_a() -> None:
    (row,) = rows_of((a_standing(a_comparison()),))
    assert row.title == "Sync JSON"
    assert [cell.text for cell in row.cells] == ["leader", "0.80 [0.78, 0.82] <", "–", "1.001 [0.99, 1.01]"]


def test_an_a_a_that_was_not_measured_is_a_dash() -> None:
    (row,) = rows_of((a_standing(a_comparison(), aa=None),))
    assert row.cells[-1].text == "–"


def test_a_row_that_nobody_leads_is_left_out() -> None:
    assert rows_of((a_standing(leader=None),)) == []

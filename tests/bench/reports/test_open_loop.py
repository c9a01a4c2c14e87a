from __future__ import annotations

from typing import Any

import pytest

from betterworker.bench.model import Capacity, Interval, Latency, Paced, Status
from betterworker.bench.reports.rows import Table, tables
from betterworker.bench.reports.rows.capacity import kept
from betterworker.bench.reports.rows.steady import percentiles
from tests.bench.builders import a_capacity, a_finding, a_paced, a_summary, an_estimate, an_outcomes

MIXED = "mixed-blocking:sync"


def table(title: str, *paced: Paced, **overrides: Any) -> Table:
    cells = (an_estimate(worker="a"), an_estimate(worker="b"))
    every = tables(a_summary(*cells, paced=paced, **overrides))
    (found,) = (table for table in every if table.title.startswith(title))
    return found


def shown(found: Table) -> list[tuple[str, ...]]:
    return [(row.title, *(cell.text for cell in row.cells)) for row in found.rows]


def test_at_its_own_capacity_each_worker_names_its_rate() -> None:
    found = table("Latency under", a_paced(worker="a", rate=210.0), a_paced(worker="b", rate=2_600.0))
    assert shown(found) == [
        (
            "Sync JSON at 50 %\nof its own capacity",
            "210 RPS:\n2.10/4.30/8.00 ±12%",
            "2,600 RPS:\n2.10/4.30/8.00 ±12%",
        )
    ]


def test_a_common_rate_is_named_once() -> None:
    found = table("Latency under", a_paced(worker="b", point="common"))
    assert shown(found) == [("Sync JSON at 210 RPS\n(common)", "–", "2.10/4.30/8.00 ±12%")]


def test_the_interval_stands_behind_its_percentile() -> None:
    few = Latency(p50=2.1, p95=4.3, p99=None, max=9.0)
    assert percentiles(a_paced(latency=few, tail_percentile=95)) == "2.10/4.30 ±12%/–"


@pytest.mark.parametrize("tail", [None, Interval(median=8.0, low=None, high=None, n=1)])
def test_a_tail_without_an_interval_stands_alone(tail: Interval | None) -> None:
    assert percentiles(a_paced(tail=tail)) == "2.10/4.30/8.00"


@pytest.mark.parametrize(("status", "mark"), [("saturated", " s"), ("generator_limited", " g"), ("ok", "")])
def test_a_rate_that_was_not_kept_is_marked(status: Status, mark: str) -> None:
    assert percentiles(a_paced(status=status)) == f"2.10/4.30/8.00 ±12%{mark}"


def test_a_row_that_is_not_published_says_why_and_no_rate() -> None:
    finding = a_finding(gate="error_share")
    outcomes = an_outcomes(sent=1000, timeout=123)
    wrong = a_paced(worker="a", status="invalid", latency=None, findings=(finding,), outcomes=outcomes)
    assert shown(table("Latency under", wrong))[0][1] == "invalid: 12% errors"


def mixed(point: str, p99: float | None, **overrides: Any) -> Paced:
    latency = Latency(p50=2.1, p95=500.0 if point == "mixed" else 5.0, p99=p99, max=2_000.0)
    values = {"worker": "a", "scenario": MIXED, "rate": 200.0, "tail": None, "latency": latency}
    return a_paced(point=point, **{**values, **overrides})


def test_mixed_traffic_sets_fast_requests_beside_themselves_alone() -> None:
    assert shown(table("Mixed", mixed("mixed", 1_024.0), mixed("alone", 8.0))) == [
        ("Sync Mixed blocking\nbeside slow, 200 RPS", "2.10/1,024", "–"),
        ("Sync Mixed blocking\nalone, 200 RPS", "8.00", "–"),
        ("Sync Mixed blocking\nfactor", "128×", "–"),
    ]


@pytest.mark.parametrize(("beside", "alone"), [(None, 8.0), (1_024.0, None)])
def test_a_p99_that_one_side_lacks_is_a_p95_on_both(beside: float | None, alone: float | None) -> None:
    cells = [cell for _, cell, _ in shown(table("Mixed", mixed("mixed", beside), mixed("alone", alone)))]
    assert cells == ["2.10/500 (p95)", "5.00 (p95)", "100× (p95)"]


def test_mixed_traffic_that_was_not_kept_up_with_is_marked() -> None:
    found = table("Mixed", mixed("mixed", 1_024.0, status="saturated"), mixed("alone", 8.0))
    assert [row.cells[0].text for row in found.rows] == ["2.10/1,024 s", "8.00", "128× s"]


def test_without_the_fast_ones_alone_there_is_no_factor() -> None:
    assert [title for title, *_ in shown(table("Mixed", mixed("mixed", 1_024.0)))] == [
        "Sync Mixed blocking\nbeside slow, 200 RPS"
    ]


def test_mixed_traffic_that_failed_says_why() -> None:
    failed = mixed("mixed", None, status="failed", latency=None, findings=(a_finding(gate="fails"),))
    found = table("Mixed", failed, mixed("alone", 8.0))
    assert [row.cells[0].text for row in found.rows] == ["fails: 1,592 RPS, but at most…", "8.00", "–"]


@pytest.mark.parametrize(
    ("capacity", "text"),
    [
        (a_capacity(), "1,250 (1,310)"),
        (a_capacity(broken_at=None), "≥ 1,250"),
        (a_capacity(rate=None), "< 1,310"),
        (a_capacity(rate=None, broken_at=None, found=False), "not found"),
        (a_capacity(found=False), "1,250 (1,310) ?"),
        (a_capacity(broken_at=None, found=False), "≥ 1,250 ?"),
        (a_capacity(rate=None, found=False), "< 1,310 ?"),
    ],
)
def test_a_capacity_says_what_kept_and_what_broke_it(capacity: Capacity, text: str) -> None:
    assert kept(capacity) == text


def test_each_objective_has_a_table() -> None:
    found = table("Capacity at p99<250ms", capacities=(a_capacity(worker="b"),))
    assert shown(found) == [("Sync JSON", "–", "1,250 (1,310)")]

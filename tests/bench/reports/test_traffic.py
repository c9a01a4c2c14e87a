from __future__ import annotations

from betterworker.bench.model import ByRequest, Latency
from betterworker.bench.reports.rows import Table, tables
from tests.bench.builders import a_summary, an_estimate, an_outcomes, by_request

TITLE = "By request: Sync traffic"


def tables_of(*requests: ByRequest) -> list[Table]:
    cells = (an_estimate(worker="uvicorn"), an_estimate(worker="granian"))
    every = tables(a_summary(*cells, requests=requests))
    return [table for table in every if table.title.startswith("By request")]


def shown(*requests: ByRequest) -> list[tuple[str, ...]]:
    (table,) = tables_of(*requests)
    return [(row.title, *(cell.text for cell in row.cells)) for row in table.rows]


def test_a_request_stands_beside_the_others_and_alone() -> None:
    assert shown(by_request()) == [
        ("book\n25% of requests", "20.0/40.0", "–"),
        ("book\nalone", "10.0", "–"),
        ("book\nfactor", "4.00×", "–"),
    ]


def test_without_a_row_of_its_own_there_is_no_factor() -> None:
    assert shown(by_request(alone=None)) == [("book\n25% of requests", "20.0/40.0", "–")]


def test_requests_follow_each_other() -> None:
    rows = shown(by_request(alone=None), by_request(name="search", share=0.75, alone=None))
    assert [title for title, *_ in rows] == ["book\n25% of requests", "search\n75% of requests"]


def test_a_p99_that_one_side_lacks_is_a_p95_on_both() -> None:
    few = by_request(latency=Latency(p50=20.0, p95=36.0, p99=None, max=50.0))
    assert [cells[0] for _, *cells in shown(few)] == ["20.0/36.0 (p95)", "9.00 (p95)", "4.00× (p95)"]


def test_too_few_requests_for_any_tail_have_no_factor() -> None:
    few = by_request(latency=Latency(p50=20.0, p95=None, p99=None, max=50.0))
    assert [cells[0] for _, *cells in shown(few)] == ["20.0/– (p95)"]
    other = by_request(worker="granian")
    assert [cells for _, *cells in shown(few, other)] == [
        ["20.0/– (p95)", "20.0/40.0"],
        ["9.00 (p95)", "10.0"],
        ["–", "4.00×"],
    ]


def test_errors_are_told_where_there_are_any() -> None:
    wrong = by_request(alone=None, outcomes=an_outcomes(sent=1_000, bad_status=20))
    assert shown(wrong)[0][1] == "20.0/40.0\n2% errors"


def test_a_row_that_is_not_published_has_errors_alone() -> None:
    failed = by_request(alone=None, status="failed", latency=None, outcomes=an_outcomes(bad_status=1_000))
    assert shown(failed)[0][1] == "–\n100% errors"


def test_a_doubtful_row_is_marked() -> None:
    marks = {status: shown(by_request(status=status))[0][1] for status in ("invalid", "generator_limited")}
    assert marks == {"invalid": "20.0/40.0!", "generator_limited": "20.0/40.0 g"}


def test_each_point_of_the_load_has_its_table() -> None:
    every = tables_of(by_request(), by_request(point="50%"), by_request(point="common"))
    assert [table.title for table in every] == [TITLE, f"{TITLE} at 50 %", f"{TITLE} (common)"]


def test_a_row_of_one_request_has_no_table() -> None:
    assert tables_of() == []


def test_a_worker_that_was_sent_nothing_takes_no_part_in_the_share() -> None:
    stuck = by_request(worker="granian", share=0.0, latency=None, outcomes=an_outcomes(sent=0))
    assert shown(by_request(alone=None), stuck)[0][0] == "book\n25% of requests"


def test_a_worker_with_few_requests_weighs_little_in_the_share() -> None:
    slow = by_request(worker="granian", share=1.0, alone=None, outcomes=an_outcomes(sent=2))
    assert shown(by_request(alone=None), slow)[0][0] == "book\n25% of requests"

"""What blocks amount to, and how it is shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from betterworker.bench.clientlab.judged import judge
from betterworker.bench.reports import lab
from tests.bench.clientlab.fakes import a_done, a_measured, blocks

if TYPE_CHECKING:
    from betterworker.bench.clientlab.judged import Judged

ROW = "one-concurrent"
FAST = blocks("aiohttp:async", ROW, 2000, 2040, 1990, 2010)
SLOW = blocks("httpx:sync", ROW, 1000, 1010, 990, 1005)
BROKEN = blocks("httpx:sync", ROW, a_done(ok=90, errors={"ConnectError: refused": 10}))


def both() -> Judged:
    return judge(a_measured(FAST, SLOW))


def test_figures_are_of_all_blocks() -> None:
    cell = both().cells["aiohttp:async", ROW]
    assert cell.rate is not None
    assert (cell.rate.median, cell.rate.n, cell.requests) == (2005, 4, 8040)
    assert cell.cpu_ms == pytest.approx(1000 * 0.2 / 8040)


def test_the_faster_beats_the_slower() -> None:
    standing = both().standings[ROW]
    (against,) = standing.comparisons
    assert (standing.leader, against.rival, against.verdict) == ("aiohttp:async", "httpx:sync", "beats")
    assert against.ratio.median == pytest.approx(0.5, abs=0.01)


def test_the_machines_drift_is_in_both_and_cancels() -> None:
    rates = (1000, 500, 1500, 700)
    drifting = a_measured(
        blocks("aiohttp:async", ROW, *(1.2 * rate for rate in rates)), blocks("httpx:sync", ROW, *rates)
    )
    assert judge(drifting).standings[ROW].comparisons[0].verdict == "beats"


def test_a_client_with_errors_has_no_figure_and_no_part_in_the_verdict() -> None:
    judged = judge(a_measured(FAST, BROKEN))
    assert judged.cells["httpx:sync", ROW].rate is None
    assert judged.standings[ROW].comparisons == ()
    assert not judged.complete


def test_a_client_that_died_has_no_figure() -> None:
    judged = judge(a_measured(FAST, SLOW, failed={"httpx:sync": "its process ended with status -9"}))
    assert ("httpx:sync", ROW) not in judged.cells
    assert not judged.complete


def test_a_situation_without_blocks_has_no_leader() -> None:
    assert both().standings["many-sequential"].leader is None


def test_the_table_has_rate_and_cpu() -> None:
    shown = lab.render(both(), width=160)
    assert "2,005 ±" in shown
    assert "aiohttp async" in shown
    assert "one host, 20 at once: aiohttp async beats httpx sync by" in shown


def test_errors_failures_and_missing_packages_are_said() -> None:
    shown = lab.render(
        judge(a_measured(FAST, BROKEN, skipped={"niquests:sync": "niquests is not installed"})), width=160
    )
    assert "10 of 100 wrong" in shown
    assert "httpx sync, one-concurrent: 10 × ConnectError: refused" in shown
    assert "niquests sync: niquests is not installed" in shown


def test_requests_that_another_package_carries_is_said() -> None:
    own, other = (
        lab.render(judge(a_measured(FAST, carriers={"requests:sync": carrier})), width=400)
        for carrier in ("urllib3 2.8.0", "urllib3-future 2.25.904")
    )
    assert "carried by urllib3-future" not in own
    assert "carried by urllib3-future" in other


def test_fewer_requests_than_asked_for_are_said() -> None:
    shown = lab.render(judge(a_measured(FAST, blocks("httpx:sync", ROW, 5, 5))), width=160)
    assert "10 requests in a situation instead of 100 (see --time): httpx sync" in shown


def test_machines_get_everything() -> None:
    document = json.loads(lab.as_json(judge(a_measured(FAST, SLOW))))
    assert {cell["client"] for cell in document["cells"]} == {"aiohttp:async", "httpx:sync"}
    assert document["standings"][1]["comparisons"][0]["verdict"] == "beats"
    assert document["asked"]["requests"] == 100

from __future__ import annotations

from pathlib import Path

import pytest

from betterworker.bench.audit import VERDICTS
from betterworker.bench.gates import MAX_ERROR_SHARE
from tests.bench.audit.logs import a_log, audited, gates, read, timing_out, verdicts

FIXTURES = Path(__file__).parent / "fixtures"


def answered(requests: int, seconds: float = 10.0, **lines: str | None) -> str:
    """At ``/wait_1s`` over 100 connections: 100 RPS are possible, 1,000 answers in 10 s."""
    return a_log(
        "http://localhost/wait_1s",
        requests=f"  {requests} requests in {seconds:.2f}s, 2.86MB read",
        rps=f"Requests/sec:   {requests / seconds:.2f}",
        latency=lines.pop("latency", "    Latency     1.00s    1.00ms   1.10s   90.00%"),
        **lines,
    )


def test_a_plain_block_is_fine() -> None:
    assert verdicts(a_log()) == ["fine"]
    assert gates(a_log()) == []


@pytest.mark.parametrize(
    ("log", "verdict"),
    [
        (a_log(rps=None, transfer=None), "unreadable"),
        (a_log(requests="  0 requests in 10.00s, 0.00B read", rps="Requests/sec:      0.00"), "zero"),
        (a_log(errors=timing_out(10_000)), "all timed out"),
        (a_log(errors=timing_out(12_000)), "all timed out"),
        (answered(1_100), "impossible"),
        (a_log(errors=timing_out(101)), "errors"),
        (a_log(non_2xx="  Non-2xx or 3xx responses: 101"), "errors"),
        (a_log(errors="  Socket errors: connect 200, read 0, write 0, timeout 0"), "errors"),
        (answered(980), "at ceiling"),
        (answered(900), "fine"),
    ],
)
def test_each_verdict(log: str, verdict: str) -> None:
    assert verdicts(log) == [verdict]


def test_the_worst_that_fires_is_the_verdict() -> None:
    assert verdicts(answered(1_100, errors=timing_out(1_100))) == ["all timed out"]
    assert verdicts(answered(1_100, errors=timing_out(100))) == ["impossible"]
    assert gates(answered(1_100, errors=timing_out(100)))[:2] == ["impossible", "errors"]
    assert gates(answered(1_000, errors=timing_out(100)))[:2] == ["errors", "at_ceiling"]


def test_a_share_of_errors_at_the_limit_is_fine() -> None:
    assert verdicts(a_log(errors=timing_out(round(10_000 * MAX_ERROR_SHARE)))) == ["fine"]


def test_over_the_ceiling_by_two_per_cent_is_at_it() -> None:
    assert verdicts(answered(1_019)) == ["at ceiling"]
    assert verdicts(answered(1_025)) == ["impossible"]


def test_in_a_short_run_two_answers_too_many_are_not_impossible() -> None:
    held = a_log(
        "/wait_1s", threads="  1 threads and 1 connections", requests="  12 requests in 10.00s, 1KB read"
    )
    assert verdicts(held.replace("1000.00", "1.20")) == ["at ceiling"]


def test_a_run_of_two_rounds_has_a_lower_ceiling() -> None:
    assert verdicts(answered(200, 2.9)) == ["at ceiling"]
    (judged,) = audited(answered(200, 2.9)).judged
    assert "69.0 RPS (whole rounds in 2.9 s)" in judged.findings[0].message


def test_one_round_of_three_is_a_step_of_the_load() -> None:
    assert gates(answered(100, 3.1)) == ["whole_rounds"]
    assert gates(answered(130, 3.1)) == []


def test_a_run_that_ends_before_the_first_answer_can_have_none() -> None:
    assert verdicts(answered(50, 0.7)) == ["impossible"]


def test_connections_that_threads_do_not_share_evenly_are_not_opened() -> None:
    odd = answered(970, threads="  8 threads and 103 connections")
    assert (read(odd)[0].held, verdicts(odd)) == (96, ["at ceiling"])


def test_an_impossible_figure_comes_with_the_latency_that_betrays_it() -> None:
    (judged,) = audited(answered(2_000, latency="    Latency   250.00ms  1.00ms 1.10s 90.00%")).judged
    assert judged.findings[0].message == (
        "200 RPS, but 100 connections on a 1 s view (read from wait_1s) give at most 100 RPS; "
        "its answers took 0.25 s on average"
    )


def test_an_address_is_not_read_when_that_is_not_wanted() -> None:
    assert verdicts(answered(1_100), from_address=False) == ["fine"]
    assert verdicts(a_log(), every=1.0) == ["impossible"]


def test_figures_that_contradict_each_other_are_noted() -> None:
    assert gates(a_log(rps="Requests/sec:   4000.00")) == ["contradictory"]
    assert gates(a_log(rps="Requests/sec:   1010.00")) == []
    # 1.00m is anything from 59.7 to 60.3 seconds.
    assert gates(a_log(requests="  60000 requests in 1.00m, 1MB read", rps="Requests/sec:   1004.00")) == []


def test_late_answers_are_missing_from_the_latency() -> None:
    assert gates(a_log(errors=timing_out(5))) == ["late_left_out"]
    assert gates(a_log(latency="    Latency     3.00s    1.00ms   6.00s   90.00%")) == ["beyond_timeout"]
    assert gates(a_log(latency="    Latency     1.00s    1.00ms   2.00s   90.00%")) == []


def test_fewer_bytes_than_others_got_from_the_same_path_are_different_answers() -> None:
    whole = a_log(requests="  10000 requests in 10.00s, 11.66MB read")
    empty = a_log("http://other:9000/json", requests="  10000 requests in 10.00s, 2.41MB read")
    alike = a_log(requests="  10000 requests in 10.00s, 10.00MB read")
    judged = audited(whole, empty, alike).judged
    assert [[finding.gate for finding in each.findings] for each in judged] == [[], ["different_answers"], []]
    assert "253 bytes each, where others get 1,049" in judged[1].findings[0].message


def test_of_what_does_not_answer_nothing_else_is_said() -> None:
    refused = a_log(
        requests="  0 requests in 10.00s, 0.00B read",
        rps="Requests/sec:      0.00",
        errors="  Socket errors: connect 100, read 0, write 0, timeout 0",
    )
    (judged,) = audited(refused).judged
    assert [finding.message for finding in judged.findings] == [
        "no request was answered: 100 could not connect"
    ]


def test_counts_have_every_verdict_and_errors_apart() -> None:
    found = audited(a_log(), a_log(errors=timing_out(5)), a_log(errors=timing_out(500)))
    assert (found.counts["fine"], found.counts["errors"], found.invalid, found.with_errors) == (2, 1, 1, 2)
    assert tuple(found.counts) == VERDICTS


def test_coordinated_omission_is_told_once_and_not_of_wrk2() -> None:
    assert len(audited(a_log(), a_log()).notes) == 1
    assert audited((FIXTURES / "wrk2.txt").read_text(encoding="utf-8")).notes == ()

from __future__ import annotations

from dataclasses import replace

import pytest

from betterworker.bench import gates
from betterworker.bench.gates import GATES, Cell
from betterworker.bench.model import ServerTerms
from tests.bench.builders import (
    a_ceiling,
    a_cell,
    a_failure,
    a_result,
    a_sample,
    an_outcomes,
    results,
)


def found(cell: Cell) -> list[str]:
    return [finding.gate for gate in GATES if (finding := gate(cell)) is not None]


def of_sample(**overrides: object) -> Cell:
    return a_cell(a_sample(**overrides))


@pytest.mark.parametrize("cell", [a_cell(), a_cell(1000, 1010), a_cell(ceiling=a_ceiling())])
def test_a_healthy_cell_has_no_findings(cell: Cell) -> None:
    assert found(cell) == []


def test_a_cell_of_failures_has_no_findings() -> None:
    assert found(a_cell(a_failure(), delay_s=1.0, ceiling=a_ceiling())) == []


def test_every_finding_says_what_to_do() -> None:
    broken = a_sample(
        window_s=1.0,
        outcomes=an_outcomes(sent=9, ok=0, timeout=5, invalid_body=1),
        rested=False,
        processes=1,
        generator_cpu=0.99,
    )
    erring = a_sample(outcomes=an_outcomes(sent=9, ok=0, bad_status=9))
    cells = (
        a_cell(broken, delay_s=1.0, results=(a_result(sample=broken, restarted=True),)),
        a_cell(erring),
        on_few_threads(),
        a_cell(a_sample(generator_cpu=0.1, backend_cpu=0.9, raised="FATAL: sorry, too many clients already")),
        a_cell(a_sample(db_connections=101)),
    )
    told = [finding for cell in cells for gate in GATES if (finding := gate(cell)) is not None]
    assert {gate.__name__ for gate in GATES if any(gate(cell) for cell in cells)} == {
        gate.__name__ for gate in GATES
    }
    assert all(finding.message and finding.advice.endswith(".") for finding in told)


def test_one_error_in_a_hundred_is_borne_and_more_is_not() -> None:
    assert found(of_sample(outcomes=an_outcomes(sent=1000, timeout=10))) == []
    assert found(of_sample(outcomes=an_outcomes(sent=1000, timeout=11))) == ["error_share"]


def test_a_row_that_mostly_answers_errors_fails_with_their_reason() -> None:
    cell = of_sample(
        outcomes=an_outcomes(sent=100, ok=20, bad_status=80),
        errors=(("HTTP 500", 80),),
        raised="KeyError: 'x'",
    )
    finding = gates.cannot_serve(cell)
    assert finding is not None
    assert finding.message == "HTTP 500: KeyError: 'x'"
    assert found(cell) == ["fails"]


def test_errors_are_told_with_their_share_and_kind() -> None:
    finding = gates.error_share(of_sample(outcomes=an_outcomes(sent=4000, timeout=492)))
    assert finding is not None
    assert finding.message == "12.3 % of 4,000 requests timed out at 6 s"


def test_mixed_errors_name_the_commonest_and_its_cause() -> None:
    outcomes = an_outcomes(sent=1000, timeout=5, bad_status=95)
    finding = gates.error_share(of_sample(outcomes=outcomes, errors=(("HTTP 500", 95),)))
    assert finding is not None
    assert finding.message == (
        "10.0 % of 1,000 requests went wrong: most of them (95) got a wrong status (most often: HTTP 500)"
    )


def test_errors_are_counted_over_all_windows() -> None:
    bad, good = a_sample(outcomes=an_outcomes(timeout=30)), a_sample()
    assert found(a_cell(bad, good)) == ["error_share"]
    assert found(a_cell(bad, *[good] * 9)) == []


def test_one_wrong_body_is_enough() -> None:
    assert found(of_sample(outcomes=an_outcomes(invalid_body=1))) == ["wrong_content"]


def test_a_wrong_first_reply_is_enough() -> None:
    finding = gates.wrong_content(of_sample(first_reply_wrong="0 rows, not 30"))
    assert finding is not None
    assert finding.message == "a window's first reply was wrong: 0 rows, not 30"


def test_the_articles_impossible_figure_is_refused() -> None:
    cell = a_cell(a_sample(window_s=10, completed=15_920), connections=2000, delay_s=3.0)
    finding = gates.impossible(cell)
    assert finding is not None
    assert finding.message == ("1,592 RPS, but 2,000 connections on a 3 s view give at most 667")


def test_one_impossible_window_of_many_is_enough() -> None:
    cell = a_cell(190, 260, 190, connections=200, delay_s=1.0)
    assert "impossible" in found(cell)


def test_two_completions_over_the_ceiling_are_rounding() -> None:
    assert found(a_cell(22, connections=20, delay_s=1.0)) == ["at_ceiling"]
    assert found(a_cell(23, connections=20, delay_s=1.0)) == ["impossible", "at_ceiling"]


def test_a_view_without_delay_has_no_ceiling() -> None:
    assert found(a_cell(1_000_000, connections=1, delay_s=0.0)) == []


@pytest.mark.parametrize(("rate", "there"), [(193, False), (194, True), (200, True), (204, True)])
def test_within_three_per_cent_is_at_the_ceiling(rate: int, there: bool) -> None:
    assert found(a_cell(rate, connections=200, delay_s=1.0)) == ["at_ceiling"] * there


def test_the_ceiling_is_of_the_median_window() -> None:
    assert found(a_cell(100, 199, 199, connections=200, delay_s=1.0)) == ["at_ceiling"]


@pytest.mark.parametrize(("rate", "limited"), [(600, False), (610, True)])
def test_near_the_null_server_the_generator_is_the_limit(rate: int, limited: bool) -> None:
    cell = a_cell(rate, ceiling=a_ceiling(rps=1000.0))
    assert found(cell) == ["generator_limited"] * limited


@pytest.mark.parametrize(("cpu", "limited"), [(None, False), (0.85, False), (0.9, True)])
def test_a_busy_generator_is_the_limit(cpu: float | None, limited: bool) -> None:
    assert found(of_sample(generator_cpu=cpu)) == ["generator_limited"] * limited


def test_one_busy_window_of_many_does_not_make_the_generator_the_limit() -> None:
    busy, calm = a_sample(generator_cpu=0.99), a_sample(generator_cpu=0.3)
    assert found(a_cell(busy, calm, calm)) == []
    assert found(a_cell(busy, busy, calm)) == ["generator_limited"]


def test_a_server_that_did_not_rest_is_noted() -> None:
    finding = gates.restless(a_cell(a_sample(rested=False), a_sample()))
    assert finding is not None
    assert finding.message == "did not come to rest after 1 of 2 windows and was restarted"


def test_a_server_started_anew_is_noted() -> None:
    assert found(a_cell(results=(a_result(restarted=True),))) == ["contamination"]


def test_a_process_count_without_effect_is_told() -> None:
    cell = a_cell(results=(a_result(processes_asked=20, sample=a_sample(processes=1)),))
    finding = gates.setting_without_effect(cell)
    assert finding is not None
    assert finding.message == "20 processes were asked for, 1 served"


@pytest.mark.parametrize(("asked", "served"), [(2, 2), (2, 3), (2, None), (None, 1)])
def test_a_process_count_that_holds_or_is_unknown_is_not_told(asked: int | None, served: int | None) -> None:
    result = a_result(processes_asked=asked, sample=a_sample(processes=served))
    assert found(a_cell(results=(result,))) == []


def on_terms(asked: ServerTerms, in_force: ServerTerms | None, **overrides: object) -> Cell:
    return a_cell(results=(a_result(asked=asked, in_force=in_force, sample=a_sample(**overrides)),))


@pytest.mark.parametrize(
    ("asked", "in_force", "message"),
    [
        (
            ServerTerms(backlog=2048),
            ServerTerms(backlog=100),
            "a backlog of 2,048 was asked for, 100 is in force",
        ),
        (ServerTerms(keep_alive=True), ServerTerms(keep_alive=False), "it keeps no connection alive"),
    ],
)
def test_a_term_that_is_not_in_force_is_noted(
    asked: ServerTerms, in_force: ServerTerms, message: str
) -> None:
    finding = gates.setting_without_effect(on_terms(asked, in_force))
    assert finding is not None
    assert (finding.severity, finding.message) == ("note", message)


@pytest.mark.parametrize("in_force", [None, ServerTerms(), ServerTerms(backlog=2048, keep_alive=True)])
def test_terms_that_hold_or_could_not_be_read_are_not_noted(in_force: ServerTerms | None) -> None:
    assert found(on_terms(ServerTerms(backlog=2048, keep_alive=True), in_force)) == []


def test_all_terms_without_effect_are_one_finding() -> None:
    asked, in_force = ServerTerms(backlog=9, keep_alive=True), ServerTerms(backlog=5, keep_alive=False)
    finding = gates.setting_without_effect(on_terms(asked, in_force, processes=1))
    assert finding is not None
    assert (finding.severity, finding.message.count(";")) == ("label", 2)


def on_few_threads(**overrides: object) -> Cell:
    """Two processes of eight threads each, 200 connections on a view that waits, idle CPUs, six threads."""
    sample = a_sample(threads=6, server_cpu_s=0.1, completed=30)
    result = a_result(asked=ServerTerms(threads=8), in_force=ServerTerms(processes=2), sample=sample)
    return replace(a_cell(delay_s=0.1, results=(result,)), **overrides)  # type: ignore[arg-type]


def with_sample(**overrides: object) -> Cell:
    (result,) = on_few_threads().results
    sample = a_sample(**{"threads": 6, "server_cpu_s": 0.1, "completed": 30, **overrides})
    return on_few_threads(results=(replace(result, sample=sample),))


def test_fewer_threads_than_asked_for_are_told_where_all_had_work() -> None:
    finding = gates.fewer_threads(on_few_threads())
    assert finding is not None
    assert finding.message == "16 threads were asked for, the processes had at most 6 in all"


@pytest.mark.parametrize(
    "cell",
    [
        on_few_threads(delay_s=0.0),
        on_few_threads(connections=31),
        with_sample(server_cpu_s=1.5),
        with_sample(server_cpu_s=None),
        with_sample(threads=16),
        with_sample(threads=None),
    ],
    ids=["no wait", "few connections", "busy", "unknown CPU", "all there", "unknown threads"],
)
def test_a_pool_that_was_not_wanted_whole_is_not_accused(cell: Cell) -> None:
    assert gates.fewer_threads(cell) is None


def test_a_server_that_answers_nothing_is_invalid() -> None:
    assert "nothing_answered" in found(of_sample(outcomes=an_outcomes(sent=5, ok=0, timeout=5)))
    assert found(a_cell(0, 0)) == ["nothing_answered"]
    assert found(a_cell(0, 10)) == []


def test_counts_that_do_not_add_up_are_our_own_bug() -> None:
    finding = gates.unbalanced(of_sample(outcomes=an_outcomes(sent=10, ok=9)))
    assert finding is not None
    assert "bug" in finding.advice


def test_failures_are_left_out_of_a_cells_rates() -> None:
    cell = a_cell(results=results("uvicorn", "json:sync", 500, a_failure()))
    assert cell.goodputs == (500.0,)

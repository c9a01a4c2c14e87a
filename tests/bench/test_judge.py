from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from betterworker.bench import judge
from betterworker.bench.judge import Cannot, measuring_share, run_failed, summarise
from betterworker.bench.model import Load
from tests.bench.builders import (
    a_ceiling,
    a_failure,
    a_finding,
    a_histogram,
    a_result,
    a_run,
    a_sample,
    a_study,
    an_outcomes,
    results,
)
from tests.bench.project.builders import a_project

if TYPE_CHECKING:
    from betterworker.bench.model import Estimate, FailureKind, Result, Run, Summary

EXPECTED: Cannot = {"b": {"sync": "it has no loop"}}


def judged(**windows: Any) -> Summary:
    """A row of workers named by keyword, each with its windows."""
    return summarise(row(**windows), {})


def row(*, delay_s: float = 0.0, **windows: Any) -> Run:
    study = a_study(workers=tuple(windows), scenarios=("json:sync",), delays={"json:sync": delay_s})
    parts = [results(worker, "json:sync", *values) for worker, values in windows.items()]
    return a_run(*parts, study=study)


def rounds(*counts: int, round_: int) -> tuple[Result, ...]:
    """The blocks of one round of worker a."""
    return tuple(
        replace(result, trial=replace(result.trial, round=round_, block=10 * round_ + block))
        for block, result in enumerate(results("a", "json:sync", *counts))
    )


def only(summary: Summary) -> Estimate:
    (estimate,) = summary.estimates
    return estimate


def best(summary: Summary) -> list[str]:
    return [estimate.worker for estimate in summary.estimates if estimate.best]


def gates(summary: Summary) -> list[str]:
    return [finding.gate for finding in summary.findings]


def test_every_cell_of_the_study_has_an_estimate_in_its_order() -> None:
    study = a_study(workers=("b", "a"), scenarios=("json:sync", "brotli:async"))
    summary = summarise(a_run(results("a", "brotli:async", 5), study=study), {})
    assert [(e.scenario, e.worker) for e in summary.estimates] == [
        ("json:sync", "b"),
        ("json:sync", "a"),
        ("brotli:async", "b"),
        ("brotli:async", "a"),
    ]


def test_a_cell_without_results_is_not_run_and_says_so() -> None:
    estimate = only(judged(a=[]))
    assert (estimate.status, estimate.findings[0].gate) == ("not_run", "not_run")
    assert (estimate.goodput, estimate.latency, estimate.outcomes) == (None, None, None)


def test_a_cell_is_the_median_of_its_windows() -> None:
    goodput = only(judged(a=[1000, 1010, 1100])).goodput
    assert goodput is not None
    assert (goodput.median, goodput.n) == (1010, 3)


def test_windows_of_one_round_share_a_start_and_widen_no_claim() -> None:
    values = (1000, 1020, 1100)
    twice = [rounds(value, value, round_=number) for number, value in enumerate(values)]
    pairs = summarise(a_run(*twice, study=row(a=()).study), {})
    once, doubled = only(judged(a=values)).goodput, only(pairs).goodput
    assert once is not None
    assert doubled is not None
    assert (doubled.low, doubled.high, doubled.n) == (once.low, once.high, 6)


def test_of_a_repeated_block_only_the_last_attempt_counts() -> None:
    first = results("a", "json:sync", 1000, 10)
    again = a_result(trial=replace(first[1].trial, attempt=2), sample=a_sample(completed=1010))
    run = a_run(first, [again], study=row(a=()).study)
    assert summarise(run, {}) == replace(summarise(replace(run, results=(first[0], again)), {}), run=run)


def test_open_loop_windows_are_no_part_of_a_closed_cell() -> None:
    (closed,) = results("a", "json:sync", 1000)
    paced = a_result(trial=replace(closed.trial, point="80%", load=Load(connections=9, rate=10.0)))
    summary = summarise(a_run([closed, paced], study=row(a=()).study), {})
    assert only(summary).outcomes == an_outcomes()


def test_twins_and_mixed_traffic_have_no_closed_cell() -> None:
    study = a_study(("a",), ("json:sync", "mixed-cpu:sync"), mixes={"mixed-cpu:sync": (90.0, 10.0)})
    run = a_run(results("a", "json:sync", 1000), results("a#twin", "json:sync", 1000), study=study)
    summary = summarise(run, {})
    assert [(e.worker, e.scenario) for e in summary.estimates] == [("a", "json:sync")]
    assert [standing.scenario for standing in summary.standings] == ["json:sync"]


def test_goodput_is_per_second_of_window() -> None:
    goodput = only(judged(a=[a_sample(window_s=4.0, completed=1000)])).goodput
    assert goodput is not None
    assert goodput.median == 250


def test_noise_is_pooled_over_a_row() -> None:
    quiet, noisy = judged(a=[1000, 1000], b=[900, 1100]).estimates
    assert quiet.goodput is not None
    assert noisy.goodput is not None
    assert quiet.goodput.low is not None
    assert quiet.goodput.low < 1000


def test_noise_of_cells_without_a_figure_is_left_out() -> None:
    bad = a_sample(completed=10, outcomes=an_outcomes(timeout=500))
    sound, _ = judged(a=[1000, 1000], b=[bad, a_sample(completed=5000)]).estimates
    assert sound.goodput is not None
    assert sound.goodput.low is not None
    assert sound.goodput.low > 990


def test_windows_of_few_requests_are_never_exact() -> None:
    few, many = judged(a=[20, 20, 20], b=[2000, 2000, 2000]).estimates
    assert few.goodput is not None
    assert many.goodput is not None
    assert few.goodput.low is not None
    assert many.goodput.low is not None
    assert few.goodput.low < 20 * 0.97
    assert many.goodput.low > 2000 * 0.999


def test_noise_cut_off_by_the_ceiling_does_not_narrow_other_intervals() -> None:
    capped = [[199, 199, 199]] * 3
    run = row(delay_s=1.0, a=[100, 110, 120], b=capped[0], c=capped[1], d=capped[2])
    alone = summarise(row(delay_s=1.0, a=[100, 110, 120]), {})
    assert summarise(run, {}).estimates[0].goodput == only(alone).goodput


def test_latencies_are_merged_not_averaged() -> None:
    fast = a_sample(latency=a_histogram([1_000] * 1980))
    slow = a_sample(latency=a_histogram([1_000_000] * 20))
    latency = only(judged(a=[fast, slow])).latency
    assert latency is not None
    assert latency.p99 == pytest.approx(1.0, rel=1e-3)


def test_outcomes_are_summed() -> None:
    outcomes = only(judged(a=[a_sample(), a_sample(outcomes=an_outcomes(timeout=3))])).outcomes
    assert outcomes == an_outcomes(sent=2000, timeout=3)


def test_cpu_is_charged_to_the_answers_of_measured_windows() -> None:
    measured = a_sample(completed=500, server_cpu_s=1.0)
    lost = a_sample(completed=500, server_cpu_s=None)
    assert only(judged(a=[measured, measured, lost])).cpu_s_per_1000 == 2.0


def test_first_bytes_are_merged_as_latency_is() -> None:
    slow, fast = (a_sample(first_byte=a_histogram([value] * 1000)) for value in (40_000, 2_000))
    (estimate,) = judged(a=[slow, fast, a_sample()]).estimates
    assert estimate.first_byte is not None
    assert estimate.first_byte.p50 == pytest.approx(2.0, rel=0.01)
    assert estimate.first_byte.p95 == pytest.approx(40.0, rel=0.01)


def test_database_connections_are_the_most_of_all_windows() -> None:
    windows = [a_sample(db_connections=count) for count in (4, 32, None)]
    assert judged(a=windows).estimates[0].db_connections == 32
    assert judged(a=[a_sample()]).estimates[0].db_connections is None


def test_memory_is_the_peak_of_all_windows() -> None:
    windows = [a_sample(peak_pss_mb=size) for size in (70.0, 90.0, None)]
    assert only(judged(a=windows)).peak_pss_mb == 90.0


def test_missing_measurements_stay_missing() -> None:
    estimate = only(judged(a=[a_sample(latency=None, server_cpu_s=None, peak_pss_mb=None)]))
    assert (estimate.latency, estimate.cpu_s_per_1000, estimate.peak_pss_mb) == (None, None, None)


def test_an_invalid_cell_publishes_no_figure_but_its_outcomes() -> None:
    estimate = only(judged(a=[a_sample(outcomes=an_outcomes(timeout=500))]))
    assert (estimate.status, estimate.goodput, estimate.cpu_s_per_1000) == ("invalid", None, None)
    assert estimate.outcomes == an_outcomes(timeout=500)


def test_a_failed_cell_says_why_in_the_servers_words() -> None:
    estimate = only(judged(a=[a_failure(reason="HTTP 500: RuntimeError: no running event loop")]))
    (finding,) = estimate.findings
    assert (estimate.status, finding.gate) == ("failed", "fails")
    assert finding.message == "HTTP 500: RuntimeError: no running event loop"


@pytest.mark.parametrize(
    ("log", "advice"), [("[CRITICAL] WORKER TIMEOUT (pid:12)", "--timeout"), ("", "memory is a common cause")]
)
def test_a_server_that_died_of_its_own_timeout_is_not_told_of_memory(log: str, advice: str) -> None:
    (finding,) = only(judged(a=[a_failure(kind="died", reason="died", log_tail=log)])).findings
    assert advice in finding.advice
    assert ("memory" in finding.advice) == (not log)


@pytest.mark.parametrize("kind", ["start", "not_ready", "wrong_answer", "died"])
def test_a_cell_that_broke_once_publishes_no_figure(kind: FailureKind) -> None:
    estimate = only(judged(a=[1000, 1000, a_failure(kind=kind, reason="gone")]))
    assert (estimate.status, estimate.goodput, estimate.latency) == ("failed", None, None)
    assert estimate.findings[0].message == "gone (in 1 of 3 windows)"


@pytest.mark.parametrize("kind", ["generator", "skipped", "not_installed"])
def test_a_window_lost_by_no_fault_of_the_worker_is_a_note(kind: FailureKind) -> None:
    estimate = only(judged(a=[1000, 1000, a_failure(kind=kind, reason="lost")]))
    assert (estimate.status, estimate.findings[0].severity) == ("ok", "note")


def test_what_a_project_cannot_be_served_by_is_not_to_be_installed_by_hand() -> None:
    failed = [a_failure(kind="not_installed", reason="the handler needs Python 3.11")]
    found = row(a=failed)
    of_project = replace(found, study=replace(found.study, project=a_project()))
    (advice,) = {each.advice for each in only(summarise(of_project, {})).findings}
    assert ("pip install" in advice, "in the project" in advice) == (False, True)


@pytest.mark.parametrize("kind", ["not_installed", "skipped"])
def test_a_worker_that_was_not_there_is_not_run(kind: FailureKind) -> None:
    estimate = only(judged(a=[a_failure(kind=kind, reason="absent")]))
    assert (estimate.status, estimate.findings[0].gate) == ("not_run", kind)


def test_blocks_skipped_after_a_failure_say_nothing_of_their_own() -> None:
    skipped = a_failure(kind="skipped", reason="failed before")
    estimate = only(judged(a=[a_failure(reason="HTTP 500"), skipped, skipped]))
    assert [finding.message for finding in estimate.findings] == ["HTTP 500"]


def test_an_expected_failure_is_told_as_such() -> None:
    summary = summarise(row(b=[a_failure()]), EXPECTED)
    assert only(summary).findings[0].advice == "Expected: it has no loop"


def test_the_status_is_the_gravest_label() -> None:
    run = row(delay_s=1.0, a=[199], b=[a_sample(completed=199, generator_cpu=0.99)], c=[100])
    statuses = [estimate.status for estimate in summarise(run, {}).estimates]
    assert statuses == ["at_ceiling", "generator_limited", "ok"]


def test_the_generator_is_held_to_its_slowest_ceiling_with_as_many_connections() -> None:
    ceilings = (a_ceiling(rps=5000), a_ceiling(rps=1000), a_ceiling(rps=1, connections=7))
    run = a_run(results("a", "json:sync", 700), study=a_study(("a",), ("json:sync",)))
    summary = summarise(replace(run, ceilings=ceilings), {})
    assert only(summary).status == "generator_limited"


def test_the_winner_is_the_leader_that_beats_all() -> None:
    assert best(judged(a=[1000, 1010], b=[2000, 2010], c=[1500, 1510])) == ["b"]


def test_what_the_windows_share_does_not_hide_a_difference() -> None:
    assert best(judged(a=[1000, 2000, 500], b=[1100, 2210, 552])) == ["b"]


def test_workers_that_tie_are_best_together() -> None:
    assert best(judged(a=[1000, 1100], b=[1010, 1110], c=[100, 110])) == ["a", "b"]


def test_one_rival_of_which_nothing_can_be_told_leaves_no_winner() -> None:
    assert best(judged(a=[1000, 1000, 1000], b=[500, 500, 500], c=[600, 1400, 900])) == []


def test_a_rival_without_a_common_block_leaves_no_winner() -> None:
    lost = a_failure(kind="generator", reason="lost")
    assert best(judged(a=[1000, 1000, lost], b=[500, 500, lost], c=[lost, lost, 100])) == []


def test_nothing_is_best_that_beat_nothing() -> None:
    assert best(judged(a=[1000, 1010], b=[a_failure()])) == []
    assert best(summarise(row(delay_s=1.0, a=[199, 199]), {})) == []


def test_one_window_each_has_no_winner() -> None:
    assert best(judged(a=[1000], b=[2000])) == []


def test_workers_at_the_ceiling_tie() -> None:
    run = row(delay_s=1.0, a=[199, 198], b=[196, 197], c=[100, 101])
    assert best(summarise(run, {})) == ["a", "b"]


def test_a_generator_limited_rival_above_blocks_the_mark() -> None:
    limited = [a_sample(completed=count, generator_cpu=0.99) for count in (3000, 3010)]
    assert best(judged(a=[1000, 1010], b=[2000, 2010], c=limited)) == []


def test_a_generator_limited_rival_below_blocks_the_mark_too() -> None:
    limited = [a_sample(completed=count, generator_cpu=0.99) for count in (500, 501)]
    assert best(judged(b=[2000, 2010], c=limited)) == []


def test_a_rival_whose_interval_is_unknown_blocks_the_mark() -> None:
    assert best(judged(a=[1000, 1010], b=[0, 900])) == []


def test_a_worker_that_slows_down_with_age_is_best_of_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    leak = {("b", "json:sync"): a_finding(gate="drift", severity="label")}
    monkeypatch.setattr(judge, "drift_findings", lambda run: leak)
    summary = judged(a=[1000, 1010], b=[2000, 2010])
    assert best(summary) == []
    assert [finding.gate for finding in summary.estimates[1].findings] == ["drift"]


def test_invalid_cells_fail_a_run() -> None:
    summary = judged(a=[a_sample(outcomes=an_outcomes(timeout=500))], b=[1000])
    assert [estimate.worker for estimate in run_failed(summary, {})] == ["a"]


def test_failures_fail_a_run_unless_expected() -> None:
    summary = summarise(row(a=[a_failure()], b=[a_failure()], c=[]), EXPECTED)
    assert [estimate.worker for estimate in run_failed(summary, EXPECTED)] == ["a"]


def test_an_absent_worker_does_not_fail_a_run() -> None:
    summary = judged(a=[a_failure(kind="not_installed", reason="granian is not installed")])
    assert run_failed(summary, {}) == ()


def test_an_unfinished_study_says_how_far_it_got() -> None:
    run = a_run(results("uvicorn", "json:sync", 1, 2), finished=False)
    finding = summarise(run, {}).findings[0]
    assert finding.message == "the study is not finished: 2 trials are stored"


def test_a_shared_cpu_is_told() -> None:
    assert "shared_cpus" in gates(summarise(a_run(study=a_study(load_cpus=(0, 1))), {}))
    assert "shared_cpus" not in gates(summarise(a_run(study=a_study()), {}))


def test_a_missing_null_server_ceiling_is_told() -> None:
    run = a_run(results("uvicorn", "json:sync", 1))
    assert "no_ceiling" in gates(summarise(replace(run, ceilings=()), {}))
    assert "no_ceiling" not in gates(summarise(run, {}))


def test_the_share_of_time_spent_measuring_is_told() -> None:
    spent: list[Result] = [
        a_result(spent_s={"start": 2.0, "window": 1.0}),
        a_result(spent_s={"window": 1.0}),
    ]
    assert measuring_share(a_run(spent)) == 0.5
    assert measuring_share(a_run()) is None


def test_the_same_run_gives_the_same_summary() -> None:
    run = row(a=[1000, 1010], b=[a_failure()])
    assert summarise(run, {}) == summarise(run, {})

"""Rows at other numbers of connections: planned, resumed, judged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from betterworker.bench.commands.run import closed_connections
from betterworker.bench.config import concurrency, most_connections
from betterworker.bench.judge import run_failed, summarise
from betterworker.bench.model import Failure, Load, Paces
from betterworker.bench.model.points import RAMP_PER_CONNECTION_S
from betterworker.bench.plan import Agenda, trials
from betterworker.bench.plan.trials import spread_s
from betterworker.bench.run_findings import run_findings
from tests.bench.builders import (
    a_ceiling,
    a_failure,
    a_result,
    a_run,
    a_sample,
    a_study,
    a_trial,
    an_outcomes,
)
from tests.bench.plays import play, speeds

if TYPE_CHECKING:
    from betterworker.bench.model import Result, Sample, Study, Swept, Trial

ROW = ("json:sync",)
POINTS = ("1c", "512c")
RPS = {"a": 1000.0, "b": 400.0}


def a_sweep(**overrides: object) -> Study:
    """Two workers, one row of 200 connections that is swept at 1 and at 512, in two rounds."""
    values = {"looks": {"json:sync": (2,)}, "paces": Paces(blocks=2), "sweeps": {"json:sync": (1, 512)}}
    return a_study(("a", "b"), ROW, **{**values, **overrides})


def test_every_worker_is_visited_at_every_number_in_every_round() -> None:
    played = play(a_sweep(), speeds(RPS))
    for worker in RPS:
        for point in POINTS:
            assert [trial.block for trial in played.windows(worker, point=point)] == [1, 2]


def test_a_swept_trial_is_a_closed_loop_of_that_many_connections() -> None:
    swept = [trial for trial in play(a_sweep(), speeds(RPS)).trials if trial.is_swept]
    assert {(trial.row, trial.load) for trial in swept} == {
        ("json:sync@1c", Load(connections=1)),
        ("json:sync@512c", Load(connections=512)),
    }
    assert {trial.worker for trial in swept} == {"a", "b"}


def test_a_window_begins_when_the_crowd_was_answered_once_anywhere_in_its_next_cycle() -> None:
    played = play(a_sweep(paces=Paces(blocks=20)), speeds(RPS, noise=0))
    cycle_s, before_s = 512 / 400, 0.5 + 512 * RAMP_PER_CONNECTION_S
    cycles = [(trial.warmup_s - before_s) / cycle_s for trial in played.windows("b", point="512c")]
    assert 1 <= min(cycles) < 1.3
    assert 1.7 < max(cycles) < 2 + spread_s(1.0) / cycle_s


def test_a_window_holds_some_cycles_and_is_no_longer_than_a_request_may_take() -> None:
    played = play(a_sweep(sweeps={"json:sync": (1, 512, 5000)}), speeds(RPS, noise=0))
    windows = [played.windows("b", point=point)[0].window_s for point in ("1c", "512c", "5000c")]
    assert windows == [1.0, 3 * 512 / 400, 6.0]


@pytest.mark.parametrize(
    ("delay_s", "peak", "cycle_s"),
    [(0.0, 400.0, 2.5), (0.0, 10.0, 6.0), (0.0, None, 6.0), (1.0, 199.0, 1.0), (1.0, 180.0, 1000 / 180)],
)
def test_a_cycle_is_as_long_as_the_rows_goodput_makes_it(
    delay_s: float, peak: float | None, cycle_s: float
) -> None:
    study = a_sweep(delays={"json:sync": delay_s})
    assert trials.cycle_s(study, "json:sync", 1000, peak) == cycle_s


def test_sweeps_come_after_the_closed_rows_and_last_in_a_round_of_steady_rates() -> None:
    played = play(a_sweep(paces=Paces(scenarios=ROW, blocks=2)), speeds(RPS))
    later = [block[0] for block in played.blocks if block[0].point]
    assert [trial.is_swept for trial in later] == 2 * [False, False, False, True, True]
    assert len({trial.round for trial in later}) == 2


def test_the_order_of_a_blocks_workers_is_random() -> None:
    played = play(a_sweep(paces=Paces(blocks=20)), speeds(RPS))
    first = [block[0].worker for block in played.blocks if block[0].is_swept]
    assert 5 < first.count("a") < 35


def test_a_point_is_measured_as_long_in_a_round_as_its_row() -> None:
    study = a_sweep(looks={"json:sync": (6,)}, blocks_per_round={"json:sync": 3})
    visits = play(study, speeds(RPS)).windows("a", point="1c")
    assert [(trial.block, trial.window_s) for trial in visits] == [(1, 3.0), (2, 3.0)]


def test_a_sweep_changes_nothing_of_the_rest_of_a_plan() -> None:
    paces = Paces(scenarios=ROW, blocks=2)
    plain = play(a_sweep(paces=paces, sweeps={}), speeds(RPS)).blocks
    swept = play(a_sweep(paces=paces), speeds(RPS)).blocks
    assert [block for block in swept if not block[0].is_swept] == plain


def test_who_cannot_serve_the_row_is_left_out() -> None:
    ends = speeds(RPS)
    played = play(a_sweep(), lambda trial: a_failure() if trial.worker == "b" else ends(trial))
    assert played.windows("a", point="1c")
    assert not played.windows("b", point="1c")


def test_who_does_not_survive_a_crowd_still_gets_the_rest() -> None:
    ends = speeds(RPS)
    died = Failure(kind="died", reason="died: killed")
    study = a_sweep(paces=Paces(scenarios=ROW, blocks=2))
    played = play(study, lambda t: died if (t.worker, t.point) == ("b", "512c") else ends(t))
    assert len(played.windows("b", point="512c")) == 1
    assert len(played.windows("b", point="1c")) == len(played.windows("b", point="80%")) == 2


def test_a_disturbed_block_of_a_sweep_is_repeated_once() -> None:
    ends = speeds(RPS)

    def with_steal(trial: Trial) -> Sample | Failure:
        sample = ends(trial)
        assert not isinstance(sample, Failure)
        return replace(sample, steal=0.3 if trial.is_swept and trial.attempt == 1 else 0.0)

    played = play(a_sweep(sweeps={"json:sync": (1,)}, paces=Paces(blocks=1)), with_steal)
    assert [trial.attempt for trial in played.windows("a", point="1c")] == [1, 2]


def test_a_resumed_study_goes_on_within_its_sweep_and_repeats_nothing() -> None:
    played = play(a_sweep(), speeds(RPS))
    begun = next(number for number, block in enumerate(played.blocks) if block[0].is_swept) + 1
    agenda = Agenda(a_sweep())
    for block in played.blocks[:begun]:
        agenda.learn([result for result in played.results if result.trial in block])
    assert agenda.block == played.blocks[begun]
    assert len({trial.key for trial in played.trials}) == len(played.trials)


def test_the_forecast_counts_the_sweep_down_to_nothing() -> None:
    fast = speeds({"a": 4000.0, "b": 2000.0})
    played, without = play(a_sweep(), fast), play(a_sweep(sweeps={}), fast)
    assert played.forecasts[0] > without.forecasts[0] + 8
    assert played.forecasts == sorted(played.forecasts, reverse=True)
    assert played.agenda.most_s() == 0


def test_servers_and_ceilings_are_for_every_number_of_connections() -> None:
    study = a_sweep(sweeps={"json:sync": (1, 3000)})
    assert closed_connections(study) == [1, 200, 3000]
    assert max(most_connections(study)) == 3000
    assert concurrency(study) == 3064


def results_at(connections: int, worker: str, *completed: int, **overrides: object) -> tuple[Result, ...]:
    """A window of one second each, every one in a round of its own."""
    return tuple(
        a_result(
            trial=a_trial(
                worker=worker, point=f"{connections}c", round=number, load=Load(connections=connections)
            ),
            sample=a_sample(completed=count, **overrides),
        )
        for number, count in enumerate(completed, start=1)
    )


def swept(*parts: tuple[Result, ...], **overrides: object) -> tuple[Swept, ...]:
    return summarise(a_run(*parts, study=a_sweep(), **overrides), {}).swept


def test_a_point_has_its_median_with_an_interval_over_its_rounds() -> None:
    one, other = swept(results_at(1, "a", 1000, 1020), results_at(1, "b", 400, 392))
    assert (one.worker, one.connections, one.status) == ("a", 1, "ok")
    assert one.goodput is not None
    assert one.goodput.median == pytest.approx(1010, rel=0.001)
    assert one.goodput.low is not None
    assert one.goodput.low < 1000
    assert other.goodput is not None


def test_one_round_gives_a_figure_without_an_interval() -> None:
    (point,) = swept(results_at(1, "a", 1000))
    assert point.goodput is not None
    assert (point.goodput.median, point.goodput.low, point.goodput.n) == (1000, None, 1)


def test_points_come_by_number_and_then_by_worker() -> None:
    found = swept(results_at(512, "b", 9), results_at(1, "b", 9), results_at(512, "a", 9))
    assert [(each.connections, each.worker) for each in found] == [(1, "b"), (512, "a"), (512, "b")]


def test_a_point_is_judged_by_the_ceiling_of_its_own_connections() -> None:
    low, high = a_ceiling(connections=1, rps=1500.0), a_ceiling(connections=512, rps=90_000.0)
    found = swept(results_at(1, "a", 1000), results_at(512, "a", 1000), ceilings=(low, high))
    assert [each.status for each in found] == ["generator_limited", "ok"]


def test_an_invalid_point_has_no_figure_and_fails_the_run() -> None:
    late = an_outcomes(timeout=50)
    summary = summarise(a_run(results_at(512, "a", 950, outcomes=late), study=a_sweep()), {})
    (point,) = summary.swept
    assert (point.status, point.goodput, point.outcomes) == ("invalid", None, late)
    assert run_failed(summary, {}) == (point,)


def test_a_sweep_is_neither_the_rows_own_cell_nor_a_row_of_the_open_loop() -> None:
    summary = summarise(a_run(results_at(512, "a", 950), study=a_sweep()), {})
    assert {estimate.status for estimate in summary.estimates} == {"not_run"}
    assert (summary.paced, summary.capacities, summary.standings[0].leader) == ((), (), None)


def test_only_the_repetition_of_a_disturbed_point_counts() -> None:
    (first,) = results_at(1, "a", 500)
    again = replace(first, trial=replace(first.trial, attempt=2), sample=a_sample(completed=900))
    (point,) = swept((first, again))
    assert point.goodput is not None
    assert (point.goodput.median, point.goodput.n) == (900, 1)


def test_a_number_without_a_ceiling_is_noted() -> None:
    run = a_run(results_at(1, "a", 500), study=a_sweep())
    told = [finding.message for finding in run_findings(run) if finding.gate == "no_ceiling"]
    assert told == ["no null-server ceiling for 1 and 512 connections"]


def test_a_whole_play_is_judged_point_by_point() -> None:
    played = play(a_sweep(), speeds(RPS))
    found = swept(tuple(played.results))
    assert [(each.connections, each.worker) for each in found] == [(1, "a"), (1, "b"), (512, "a"), (512, "b")]

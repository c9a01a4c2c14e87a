from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import pytest

from betterworker.bench.model import Failure, Paces, Sample, Study, Trial, is_twin, original_of
from betterworker.bench.plan import Agenda, expected_s
from betterworker.bench.plan.groups import groups
from betterworker.bench.plan.trials import spread_s
from tests.bench.builders import a_failure, a_study, a_trial
from tests.bench.plays import Play, ended, order, play, speeds

ROW = ("json:sync",)
FOUR = ("a", "b", "c", "d")
EQUAL = dict.fromkeys(FOUR, 1000.0)


def a_long_study(**overrides: object) -> Study:
    """Four workers, one row, 16 rounds of two blocks, judged after 6, 10 and 16 of them."""
    values = {"looks": {"json:sync": (12, 20, 32)}, "blocks_per_round": {"json:sync": 2}, **overrides}
    return a_study(FOUR, ROW, **values)


def test_the_same_study_and_results_give_the_same_blocks() -> None:
    assert play(a_long_study(), speeds(EQUAL)).blocks == play(a_long_study(), speeds(EQUAL)).blocks


def test_another_seed_gives_another_order() -> None:
    one, other = (play(a_long_study(seed=seed), speeds(EQUAL)) for seed in (1, 2))
    assert order(one.blocks) != order(other.blocks)


def test_a_block_visits_every_worker_once_and_the_leader_twice() -> None:
    for block in play(a_long_study(), speeds(EQUAL)).blocks:
        workers = [trial.worker for trial in block]
        twins = [worker for worker in workers if is_twin(worker)]
        assert len(workers) == len(set(workers)) == 5
        assert [original_of(twin) in workers for twin in twins] == [True]


def test_the_order_within_blocks_is_random() -> None:
    blocks = play(a_long_study(), speeds(EQUAL)).blocks
    assert len({tuple(workers) for workers in order(blocks)}) > len(blocks) // 2


def test_the_twin_is_the_leaders_once_there_is_a_leader() -> None:
    played = play(a_long_study(), speeds({**EQUAL, "c": 1100.0}))
    later = [trial.worker for trial in played.trials if is_twin(trial.worker) and trial.round > 2]
    assert {original_of(twin) for twin in later} == {"c"}


def test_servers_live_for_a_round_of_blocks() -> None:
    rounds = [block[0].round for block in play(a_long_study(), speeds(EQUAL, noise=0.2)).blocks]
    assert [len(list(group)) for _, group in groupby(rounds)] == [2] * 16
    assert rounds == sorted(rounds)


def test_a_round_visits_every_row() -> None:
    study = a_study(
        FOUR, ("x:sync", "y:sync", "z:sync"), looks=dict.fromkeys(("x:sync", "y:sync", "z:sync"), (3,))
    )
    played = play(study, speeds(EQUAL))
    rows = [
        [block[0].scenario for block in played.blocks if block[0].round == number] for number in (1, 2, 3)
    ]
    assert [sorted(order) for order in rows] == [["x:sync", "y:sync", "z:sync"]] * 3


def test_clear_losers_are_dropped_at_the_first_look_and_the_rest_goes_on() -> None:
    played = play(a_long_study(), speeds({**EQUAL, "d": 500.0}, noise=0.1))
    assert len(played.windows("d")) == 12
    assert len(played.windows("a")) > 12


def test_a_settled_row_ends_at_its_look() -> None:
    played = play(a_long_study(), speeds({"a": 1000.0, "b": 500.0, "c": 600.0, "d": 700.0}, noise=0.01))
    assert len(played.windows("a")) == 12


def test_a_row_that_cannot_be_told_gets_its_most_blocks_and_no_more() -> None:
    played = play(a_long_study(), speeds({**EQUAL, "b": 985.0}, noise=0.15))
    assert len(played.windows("a")) == 32


def test_a_single_worker_is_measured_up_to_the_first_look_beside_its_twin() -> None:
    played = play(a_study(("a",), ROW, looks={"json:sync": (3, 6)}), speeds(EQUAL))
    assert len(played.windows("a")) == len(played.windows("a#twin")) == 3


def test_a_worker_that_cannot_serve_the_row_is_not_asked_again() -> None:
    ends = speeds(EQUAL)
    played = play(a_long_study(), lambda t: a_failure() if t.worker == "b" else ends(t))
    assert len(played.windows("b")) == 1


def test_a_failure_of_the_generator_says_nothing_of_the_worker() -> None:
    ends = speeds(EQUAL, noise=0.2)
    lost = Failure(kind="generator", reason="no load")
    played = play(a_long_study(), lambda t: lost if t.worker == "b" and t.block == 1 else ends(t))
    assert len(played.windows("b")) == len(played.windows("a"))


def test_when_the_leader_dies_in_a_round_another_leads_from_the_next_block_on() -> None:
    ends = speeds({**EQUAL, "c": 2000.0}, noise=0.2)
    died = Failure(kind="died", reason="died: killed")
    played = play(a_long_study(), lambda t: died if (t.worker, t.block) == ("c", 3) else ends(t))
    after = [block for block in played.blocks if block[0].block > 3]
    assert not any(original_of(trial.worker) == "c" for block in after for trial in block)
    assert all(any(is_twin(trial.worker) for trial in block) for block in after)
    assert played.windows("a")[-1].block > 4


def test_when_nobody_can_serve_a_row_it_ends() -> None:
    assert len(play(a_long_study(), lambda _: a_failure()).blocks) == 1


def test_rows_share_a_round_each_with_its_own_number_of_blocks() -> None:
    rows = ("x:sync", "y:sync")
    study = a_study(
        FOUR, rows, looks={"x:sync": (6,), "y:sync": (2,)}, blocks_per_round={"x:sync": 3, "y:sync": 1}
    )
    played = play(study, speeds(EQUAL))
    assert [t.round for t in played.windows("a", "x:sync")] == [1, 1, 1, 2, 2, 2]
    assert [t.round for t in played.windows("a", "y:sync")] == [1, 2]


def disturb(played_at: tuple[int, ...], attempts: tuple[int, ...] = (1,)) -> Play:
    """Four equal workers; steal rises in these blocks, in these attempts."""
    ends = speeds(EQUAL, noise=0.1)

    def with_steal(trial: Trial) -> Sample | Failure:
        sample = ends(trial)
        assert isinstance(sample, Sample)
        bad = trial.block in played_at and trial.attempt in attempts
        return replace(sample, steal=0.3 if bad else 0.0)

    return play(a_long_study(), with_steal)


def test_a_disturbed_block_is_repeated_once() -> None:
    played = disturb((5,))
    fifth = [block for block in played.blocks if block[0].block == 5]
    assert [block[0].attempt for block in fifth] == [1, 2]
    assert order(fifth[:1]) == order(fifth[1:])


def test_a_block_disturbed_again_is_not_repeated_again() -> None:
    attempts = [block[0].attempt for block in disturb((5,), (1, 2)).blocks if block[0].block == 5]
    assert attempts == [1, 2]


def test_what_does_not_fit_into_memory_runs_in_groups_that_share_the_leader() -> None:
    played = play(a_long_study(memory_mb=340.0), speeds({**EQUAL, "c": 1200.0}, noise=0.05))
    late = [block for block in played.blocks if block[0].round == 4]
    assert len({block[0].group for block in late}) > 1
    assert all({"c", "c#twin"} <= {trial.worker for trial in block} for block in late)
    members = [
        t.worker
        for block in late
        for t in block
        if original_of(t.worker) != "c" and t.block == late[0][0].block
    ]
    assert sorted(members) == sorted(set(members)) == ["a", "b", "d"]


def test_trials_of_different_groups_have_different_names() -> None:
    trials = play(a_long_study(memory_mb=340.0), speeds(EQUAL)).trials
    assert len({trial.key for trial in trials}) == len(trials)


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        (10_000.0, [["a", "b", "c", "d"]]),
        (500.0, [["a", "b", "c"], ["d"]]),
        (10.0, [["a"], ["b"], ["c"], ["d"]]),
    ],
)
def test_groups_leave_room_for_the_leader_and_its_twin(budget: float, expected: list[list[str]]) -> None:
    assert groups(FOUR, dict.fromkeys(FOUR, 100.0), budget) == expected


def paced_study(**overrides: object) -> Study:
    values = {"looks": {"json:sync": (2,)}, "paces": Paces(scenarios=ROW, blocks=2), **overrides}
    return a_study(("a", "b"), ROW, **values)


def test_latency_is_measured_at_half_and_four_fifths_of_each_workers_own_capacity() -> None:
    played = play(paced_study(), speeds({"a": 1000.0, "b": 400.0}, noise=0))
    rates = {(t.worker, t.point): t.load.rate for t in played.trials if t.point}
    assert rates[("a", "50%")] == 500
    assert rates[("a", "80%")] == 800
    assert rates[("b", "50%")] == 200
    assert rates[("a", "common")] == rates[("b", "common")] == 200


def test_the_common_rate_may_be_asked_for() -> None:
    study = paced_study(paces=Paces(scenarios=ROW, rate=77.0))
    played = play(study, speeds({"a": 1000.0, "b": 400.0}))
    assert {t.load.rate for t in played.trials if t.point == "common"} == {77.0}


def test_latency_comes_in_as_many_rounds_as_asked_after_the_closed_loop() -> None:
    played = play(paced_study(), speeds({"a": 1000.0, "b": 400.0}))
    points = [block[0].point for block in played.blocks]
    assert points == sorted(points, key=bool)
    assert len({t.round for t in played.windows("a", point="80%")}) == 2


def test_dropped_losers_still_get_their_latency_and_failed_workers_none() -> None:
    ends = speeds({"a": 1000.0, "b": 400.0})
    assert play(paced_study(), ends).windows("b", point="common")
    played = play(paced_study(), lambda t: a_failure() if t.worker == "b" else ends(t))
    assert not played.windows("b", point="common")


def test_mixed_traffic_is_measured_with_its_slow_requests_and_without() -> None:
    study = a_study(
        ("a", "b"), ("mix:sync",), mixes={"mix:sync": (90.0, 10.0)}, looks={}, paces=Paces(blocks=1)
    )
    played = play(study, speeds({"a": 1000.0, "b": 400.0}))
    assert {(t.point, t.load.rate) for t in played.trials} == {("mixed", 100.0), ("alone", 90.0)}
    assert len(played.trials) == 4


def test_the_search_for_an_objective_ends_near_each_workers_capacity() -> None:
    paces = Paces(scenarios=ROW, blocks=1, objective="p99<3s,errors<1%")
    played = play(paced_study(paces=paces), speeds({"a": 1000.0, "b": 400.0}, noise=0))
    for worker, capacity in (("a", 1000.0), ("b", 400.0)):
        probes = [t.load.rate for t in played.windows(worker, point="objective")]
        assert min(abs((rate or 0) / capacity - 1) for rate in probes) < 0.06


def test_a_server_that_dies_under_a_probe_is_probed_on() -> None:
    paces = Paces(scenarios=ROW, blocks=1, objective="p99<3s")
    ends = speeds({"a": 1000.0, "b": 400.0}, noise=0)
    died = Failure(kind="died", reason="died")
    played = play(
        paced_study(paces=paces),
        lambda t: died if t.point == "objective" and (t.load.rate or 0) > 300 else ends(t),
    )
    assert len(played.windows("a", point="objective")) > 3


def test_a_resumed_study_goes_on_with_the_block_that_was_begun() -> None:
    played = play(a_long_study(), speeds(EQUAL))
    stored = {result.trial.key: result for result in played.results[:23]}
    agenda = Agenda(a_long_study())
    while agenda.block and all(trial.key in stored for trial in agenda.block):
        agenda.learn([stored[trial.key] for trial in agenda.block])
    assert agenda.block == played.blocks[4]


def test_the_forecast_never_rises_by_more_than_what_a_repeated_block_takes_and_ends_at_nothing() -> None:
    played = play(paced_study(looks={"json:sync": (4, 8)}), speeds({"a": 1000.0, "b": 900.0}))
    assert played.forecasts == sorted(played.forecasts, reverse=True)
    assert played.agenda.most_s() == 0


def test_a_trial_takes_its_warm_up_its_window_and_the_drain_of_its_view() -> None:
    trial = a_trial(warmup_s=0.5, window_s=2.0)
    assert 3.5 < expected_s(trial, 1.0) < 5
    assert ended(trial, a_failure()).failure is not None


def test_warm_ups_differ_so_that_windows_are_not_in_step_with_batches_of_answers() -> None:
    played = play(a_long_study(), speeds(EQUAL))
    extra = [trial.warmup_s - 0.5 for trial in played.windows("a")]
    assert all(0 <= more < spread_s(1.0) for more in extra)
    assert max(extra) - min(extra) > spread_s(1.0) / 2
    assert len(set(extra)) == len(extra)


def test_a_repeated_or_resumed_window_has_the_same_warm_up() -> None:
    first, again = (play(a_long_study(), speeds(EQUAL, seed=seed)) for seed in (1, 2))
    assert [t.warmup_s for t in first.windows("a")[:12]] == [t.warmup_s for t in again.windows("a")[:12]]

from __future__ import annotations

from itertools import groupby, product

from betterworker.bench.plan import expected_s, plan, trials
from tests.bench.builders import a_study, a_trial

SIX = ("a", "b", "c", "d", "e", "f")


def test_the_same_study_gives_the_same_plan() -> None:
    assert plan(a_study(seed=7)) == plan(a_study(seed=7))


def test_another_seed_gives_another_order() -> None:
    assert plan(a_study(SIX, SIX, seed=1)) != plan(a_study(SIX, SIX, seed=2))


def test_every_worker_meets_every_scenario_once_a_block() -> None:
    study = a_study(SIX, ("x:sync", "y:sync"), blocks=4)
    for block in plan(study):
        assert sorted((t.worker, t.scenario) for t in block) == sorted(product(SIX, study.scenarios))


def test_a_workers_trials_of_a_block_are_not_interleaved() -> None:
    for block in plan(a_study(SIX, SIX, blocks=4)):
        assert len(list(groupby(block, key=lambda trial: trial.worker))) == len(SIX)


def test_the_order_of_workers_and_of_scenarios_changes_with_the_block() -> None:
    blocks = plan(a_study(SIX, SIX, blocks=5))
    workers = {tuple(dict.fromkeys(t.worker for t in block)) for block in blocks}
    scenarios = {tuple(t.scenario for t in block if t.worker == "a") for block in blocks}
    assert len(workers) > 1
    assert len(scenarios) > 1


def test_a_longer_study_begins_like_a_shorter_one() -> None:
    assert plan(a_study(blocks=5))[:2] == plan(a_study(blocks=2))


def test_trials_are_the_blocks_in_order_under_unique_keys() -> None:
    study = a_study(blocks=3)
    assert trials(study) == sum(plan(study), ())
    assert len({trial.key for trial in trials(study)}) == 2 * 2 * 3


def test_what_is_measured_once_is_in_the_first_block_alone() -> None:
    blocks = plan(a_study(("a",), ("x:sync", "y:sync"), blocks=3, once=("x:sync",)))
    assert [{trial.scenario for trial in block} for block in blocks] == [
        {"x:sync", "y:sync"},
        {"y:sync"},
        {"y:sync"},
    ]


def test_a_trial_carries_its_scenarios_load() -> None:
    study = a_study(("a",), ("x:sync",), connections={"x:sync": 7}, windows={"x:sync": 3.0})
    first = trials(study)[0]
    assert (first.load.connections, first.window_s, first.warmup_s, first.timeout_s) == (7, 3.0, 0.5, 6.0)


def test_a_trial_is_expected_to_take_longer_than_its_parts() -> None:
    assert expected_s(a_trial(warmup_s=1.0, window_s=2.0), delay_s=3.0) > 6.0

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import replace

import pytest

from betterworker.bench.drift import drift_findings
from betterworker.bench.model import Finding, Run
from tests.bench.builders import a_failure, a_result, a_run, a_sample, a_study, a_trial

RUN, SAMPLE = a_run(), a_sample()
RESULT = a_result(sample=SAMPLE)
NONE: Mapping[str, float] = {}
STEP_S = 0.5


def a_history(
    *,
    workers: tuple[str, ...] = ("a", "b", "c"),
    rows: int = 1,
    rounds: int = 8,
    blocks: int = 4,
    losses: Mapping[str, float] = NONE,
    machine: float = 0.0,
    noise: float = 0.02,
    seed: int = 1,
) -> Run:
    """Rounds of new servers, whose rows come in random order. ``losses`` are shares of goodput that a slot
    loses over a life, ``machine`` what all lose."""
    rng = random.Random(seed)
    scenarios = tuple(f"row-{number}:sync" for number in range(rows))
    life_s = rows * blocks * len(workers) * STEP_S
    results = []
    for round_ in range(rounds):
        level = {worker: rng.gauss(0, noise) for worker in workers}
        visits = [
            (scenario, round_ * blocks + block, worker)
            for scenario in rng.sample(scenarios, rows)
            for block in range(blocks)
            for worker in rng.sample(workers, len(workers))
        ]
        for number, (scenario, block, worker) in enumerate(visits):
            part = number * STEP_S / life_s
            trend = part * (math.log1p(-losses.get(worker, 0.0)) + math.log1p(-machine))
            goodput = 5_000 * math.exp(level[worker] + rng.gauss(0, noise) + trend)
            sample = replace(SAMPLE, completed=round(goodput), server_age_s=2.0 + number * STEP_S)
            trial = a_trial(worker=worker, scenario=scenario, round=round_, block=block)
            results.append(replace(RESULT, trial=trial, sample=sample))
    study = a_study(workers=[w for w in workers if "#twin" not in w], scenarios=scenarios)
    return replace(RUN, study=study, results=tuple(results))


def found(**history: object) -> dict[str, str]:
    """Gates by worker, of one row."""
    findings = drift_findings(a_history(**history))  # type: ignore[arg-type]
    return {worker: finding.gate for (worker, _), finding in findings.items()}


def only(findings: Mapping[tuple[str, str], Finding]) -> Finding:
    (finding,) = findings.values()
    return finding


def test_a_leak_is_found_and_told_with_its_size() -> None:
    finding = only(drift_findings(a_history(losses={"b": 0.2}, blocks=40, rounds=3, noise=0.001)))
    assert (finding.gate, finding.severity) == ("drift", "label")
    assert finding.message == "loses 20 % of its goodput in 60 s of its life"


def test_a_drift_of_the_machine_is_nobodys_leak() -> None:
    assert found(machine=0.2) == {}


def test_a_leak_is_found_on_a_machine_that_drifts() -> None:
    assert found(losses={"b": 0.2}, machine=0.1) == {"b": "drift"}


@pytest.mark.parametrize("workers", [("a", "b"), ("a", "b", "c"), ("a", "b", "b#twin")])
def test_the_others_do_not_gain_by_a_leak(workers: tuple[str, ...]) -> None:
    leaks = {worker: 0.25 for worker in workers if worker.startswith("b")}
    assert found(workers=workers, losses=leaks, rounds=12) == {"b": "drift"}


def test_getting_faster_is_a_note_of_another_kind() -> None:
    finding = only(drift_findings(a_history(losses={"b": -0.2})))
    assert (finding.gate, finding.severity) == ("warming", "note")
    assert finding.message.startswith("gains ")


def test_a_loss_inside_the_margin_is_not_told() -> None:
    assert found(losses={"b": 0.02}, noise=0.001) == {}


def test_many_rows_of_one_block_tell_it_as_well() -> None:
    findings = drift_findings(a_history(rows=8, blocks=1, rounds=6, losses={"b": 0.25}))
    assert {(worker, finding.gate) for (worker, _), finding in findings.items()} == {("b", "drift")}
    assert len(findings) == 8


def test_one_block_in_a_life_tells_nothing() -> None:
    assert found(blocks=1, losses={"b": 0.5}) == {}


def test_a_worker_alone_cannot_be_told_from_its_machine() -> None:
    assert found(workers=("a",), losses={"a": 0.5}) == {}


def test_noise_alone_is_hardly_ever_a_leak() -> None:
    false = sum(bool(found(rounds=6, noise=0.1, seed=seed)) for seed in range(200))
    assert false <= 6


def test_windows_without_an_age_or_an_answer_are_left_out() -> None:
    run = a_history(losses={"b": 0.3})
    lost = [
        replace(RESULT, sample=replace(SAMPLE, completed=0, server_age_s=9.0)),
        a_result(failure=a_failure()),
    ]
    unaged = [replace(r, sample=replace(SAMPLE, server_age_s=None)) for r in run.results]
    assert drift_findings(replace(run, results=(*run.results, *lost))) == drift_findings(run)
    assert drift_findings(replace(run, results=tuple(unaged))) == {}

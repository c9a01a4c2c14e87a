from __future__ import annotations

from dataclasses import replace

from betterworker.bench.disturbance import (
    STILL_DISTURBED,
    disturbance_findings,
    disturbed,
    repetition_findings,
)
from betterworker.bench.model import Load, Result
from tests.bench.builders import a_failure, a_result, a_run, a_sample, a_trial

SAMPLE = a_sample()


def a_block(
    *steals: float | None, others: float | None = 0.1, number: int = 1, attempt: int = 1, point: str = ""
) -> list[Result]:
    """A window for each worker a, b, ..., with its share of steal, on one server process."""
    rate = 100.0 if point else None
    return [
        a_result(
            trial=a_trial(
                worker=worker,
                point=point,
                block=number,
                attempt=attempt,
                load=Load(connections=9, rate=rate),
            ),
            sample=replace(SAMPLE, steal=steal, others_cpu=others),
            processes_asked=1,
        )
        for worker, steal in zip("abcdef", steals, strict=False)
    ]


CALM = [result for number in range(3) for result in a_block(0.0, 0.001, number=number)]


def test_a_calm_block_is_not_repeated() -> None:
    assert disturbed(a_block(0.0, 0.02), CALM) is None


def test_steal_is_that_of_the_whole_block() -> None:
    assert disturbed(a_block(0.0, 0.062), CALM) == "the hypervisor took 3.1 % of the CPU time away"


def test_two_ticks_of_the_clock_in_one_short_window_are_none() -> None:
    assert disturbed(a_block(0.0, 0.034, 0.0), CALM) is None


def test_the_first_block_is_held_to_the_same() -> None:
    assert disturbed(a_block(0.031, 0.031), []) is not None


def test_steal_that_never_ends_is_no_reason_to_repeat() -> None:
    noisy = a_block(0.03, 0.04, 0.02)
    assert disturbed(a_block(0.07, 0.09), noisy) is None
    assert disturbed(a_block(0.09, 0.11), noisy) is not None


def test_what_other_programs_use_is_told() -> None:
    why = disturbed(a_block(0.0, others=0.4), CALM)
    assert why == "other programs kept 0.4 CPUs busy, where 0.1 are usual here"
    assert disturbed(a_block(0.0, others=0.34), CALM) is None


def test_the_first_block_is_held_to_an_idle_machine() -> None:
    assert disturbed(a_block(0.0, others=0.3), []) is not None


def test_a_machine_that_is_busy_throughout_is_its_own_standard() -> None:
    busy = a_block(0.0, 0.0, 0.0, others=1.0)
    assert disturbed(a_block(0.0, others=1.2), busy) is None


def test_what_cannot_be_read_is_no_disturbance() -> None:
    unread = [*a_block(None, None, others=None), a_result(failure=a_failure())]
    assert disturbed(unread, CALM) is None
    assert disturbed(a_block(0.0), unread) is None


def test_blocks_that_were_repeated_are_counted() -> None:
    run = a_run(CALM, a_block(0.1, 0.1, number=7), a_block(0.0, 0.0, number=7, attempt=2))
    (finding,) = repetition_findings(run)
    assert finding.severity == "note"
    assert finding.message == "1 block was repeated because the machine was disturbed"
    assert disturbance_findings(run) == {}


def test_a_repetition_that_was_disturbed_too_is_told_of_its_cells() -> None:
    again = [a_block(0.1, 0.0, number=number, attempt=2, point="50%") for number in (7, 8)]
    run = a_run(CALM, *again)
    findings = disturbance_findings(run)
    assert list(findings) == [("a", "json:sync@50%"), ("b", "json:sync@50%")]
    assert set(findings.values()) == {STILL_DISTURBED}
    (finding,) = repetition_findings(run)
    assert finding.message.startswith("2 blocks were repeated")
    assert finding.message.endswith("2 of them again in the repetition")


def test_twins_have_no_cell_of_their_own() -> None:
    (result,) = a_block(0.1, attempt=2)
    twin = replace(result, trial=replace(result.trial, worker="a#twin"))
    assert set(disturbance_findings(a_run(CALM, [result, twin]))) == {("a", "json:sync")}


def test_a_run_without_repetitions_has_nothing_to_say() -> None:
    assert repetition_findings(a_run(CALM)) == ()
    assert disturbance_findings(a_run(CALM)) == {}

"""The HTTP clients of a study, compared under each worker."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from betterworker.bench.judge import summarise
from tests.bench.builders import a_failure, a_run, a_sample, a_study, results

if TYPE_CHECKING:
    from collections.abc import Sequence

    from betterworker.bench.model import ClientStanding, Result, Standing, Summary

NAMES = {
    "requests:sync": "requests",
    "httpx:sync": "httpx",
    "httpx-pooled:async": "httpx pooled",
    "aiohttp:async": "aiohttp",
}
FAST, SLOW = (900, 910, 890, 905), (500, 505, 495, 502)


def judged(*parts: Sequence[Result], workers: Sequence[str] = ("uvicorn",), **overrides: Any) -> Summary:
    keys = tuple(overrides.pop("keys", NAMES))
    study = a_study(workers, keys, clients={key: NAMES[key] for key in keys}, looks=dict.fromkeys(keys, (4,)))
    return summarise(a_run(*parts, study=replace(study, **overrides)), {})


def only(summary: Summary) -> ClientStanding:
    (found,) = summary.clients
    return found


def verdicts(standing: Standing) -> dict[str, str]:
    return {each.rival: each.verdict for each in standing.comparisons}


def test_the_faster_client_wins_under_its_worker() -> None:
    found = only(judged(results("uvicorn", "httpx:sync", *FAST), results("uvicorn", "requests:sync", *SLOW)))
    assert (found.worker, found.mode, found.standing.leader) == ("uvicorn", "sync", "httpx:sync")
    assert verdicts(found.standing) == {"requests:sync": "beats"}
    assert 0.5 < found.standing.comparisons[0].ratio.median < 0.6


def test_each_worker_and_mode_has_its_own_best() -> None:
    summary = judged(
        results("a", "httpx:sync", *FAST),
        results("a", "requests:sync", *SLOW),
        results("b", "httpx:sync", *SLOW),
        results("b", "requests:sync", *FAST),
        results("b", "httpx-pooled:async", *FAST),
        results("b", "aiohttp:async", *SLOW),
        workers=("a", "b"),
    )
    assert [(each.worker, each.mode, each.standing.leader) for each in summary.clients] == [
        ("a", "sync", "httpx:sync"),
        ("b", "sync", "requests:sync"),
        ("b", "async", "httpx-pooled:async"),
    ]


def test_noise_that_hides_the_difference_cannot_tell() -> None:
    found = only(
        judged(
            results("uvicorn", "httpx:sync", 900, 400, 700, 950),
            results("uvicorn", "requests:sync", 500, 900, 600, 700),
        )
    )
    assert set(verdicts(found.standing).values()) == {"cannot tell"}


def test_a_rounds_windows_stand_together_however_many_a_row_has() -> None:
    pairs = results("uvicorn", "httpx:sync", *(count for count in FAST for _ in range(2)))
    two_a_round = [replace(each, trial=replace(each.trial, round=each.trial.block // 2)) for each in pairs]
    found = only(judged(two_a_round, results("uvicorn", "requests:sync", *SLOW)))
    assert found.standing.blocks == len(SLOW)
    assert 0.5 < found.standing.comparisons[0].ratio.median < 0.6


def test_a_cell_that_is_not_published_is_left_out() -> None:
    found = only(
        judged(
            results("uvicorn", "httpx:sync", *FAST),
            results("uvicorn", "requests:sync", 500, a_failure(kind="died", reason="out of memory")),
        )
    )
    assert (found.standing.leader, found.standing.comparisons) == ("httpx:sync", ())


def test_a_worker_without_a_figure_has_no_best_client() -> None:
    assert judged(results("uvicorn", "httpx:sync", a_failure(kind="start", reason="no"))).clients == ()


def test_a_study_with_one_client_compares_none() -> None:
    assert judged(results("uvicorn", "httpx:sync", *FAST), keys=("httpx:sync", "aiohttp:async")).clients == ()


def test_a_lower_ceiling_is_not_beaten_by_a_higher_one() -> None:
    """8 connections and 4, to views of 50 ms: 160 and 80 RPS at most."""
    capped = [a_sample(completed=count) for count in (159, 160, 159, 158)]
    lower = [a_sample(completed=count) for count in (79, 80, 79, 79)]
    found = only(
        judged(
            results("uvicorn", "httpx:sync", *lower),
            results("uvicorn", "requests:sync", *capped),
            connections={**dict.fromkeys(NAMES, 8), "httpx:sync": 4},
            delays=dict.fromkeys(NAMES, 0.05),
        )
    )
    assert found.standing.leader == "requests:sync"
    assert verdicts(found.standing) == {"httpx:sync": "cannot tell"}


def test_clients_at_the_same_ceiling_are_tied() -> None:
    found = only(
        judged(
            results("uvicorn", "httpx:sync", 159, 160, 158, 159),
            results("uvicorn", "requests:sync", 157, 160, 159, 158),
            connections=dict.fromkeys(NAMES, 8),
            delays=dict.fromkeys(NAMES, 0.05),
        )
    )
    assert set(verdicts(found.standing).values()) == {"tied"}

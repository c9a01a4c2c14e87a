from __future__ import annotations

import pytest

from betterworker.handler.growth import CONTENT_S, LONG_S, MOST_FOR_SHORT, TICK_S, TRIAL_S, Growth


def asked(growth: Growth, now: float, cpu: float, begun: list[float], waiting: int = 100) -> int:
    return growth.more(now, cpu, begun=begun, threads=len(begun), waiting=waiting)


def test_threads_that_wait_are_doubled() -> None:
    growth = Growth(0.0, 0.0)
    assert asked(growth, TICK_S, 0.0, [0.0] * 4) == 4


def test_no_more_are_started_than_requests_wait() -> None:
    assert asked(Growth(0.0, 0.0), TICK_S, 0.0, [0.0] * 4, waiting=3) == 3


def test_threads_that_use_the_core_are_enough() -> None:
    growth = Growth(0.0, 0.0)
    assert not any(asked(growth, tick * TICK_S, tick * TICK_S, [0.0] * 2) for tick in range(1, 15))


def test_a_thread_that_is_long_in_one_job_waits_whatever_the_cpu_says() -> None:
    assert asked(Growth(0.0, 0.0), LONG_S, LONG_S, [0.0] * 2) == 2


def test_half_of_them_that_go_on_are_reason_enough_to_wait() -> None:
    growth = Growth(0.0, 0.0)
    assert asked(growth, TICK_S, 0.0, [0.0, TICK_S]) == 0


def short_jobs(growth: Growth, now: float, cpu: float, threads: int) -> int:
    """Each began just now."""
    return asked(growth, now, cpu, [now] * threads)


def test_jobs_of_short_waits_get_half_as_many_threads_again_as_long_as_the_core_is_used_more() -> None:
    growth = Growth(0.0, 0.0)
    assert short_jobs(growth, TRIAL_S, 0.2 * TRIAL_S, 2) == 1
    assert short_jobs(growth, 2 * TRIAL_S, 0.5 * TRIAL_S, 3) == 2
    assert short_jobs(growth, 3 * TRIAL_S, 0.9 * TRIAL_S, 5) == 3


def test_where_more_threads_made_nothing_of_the_core_they_are_not_tried_again_at_once() -> None:
    growth = Growth(0.0, 0.0)
    assert short_jobs(growth, TRIAL_S, 0.5 * TRIAL_S, 2) == 1
    assert short_jobs(growth, 2 * TRIAL_S, 1.0 * TRIAL_S, 3) == 0
    assert short_jobs(growth, 3 * TRIAL_S, 1.1 * TRIAL_S, 3) == 0
    later = 2 * TRIAL_S + CONTENT_S + TRIAL_S
    assert short_jobs(growth, later, 1.2 * TRIAL_S, 3) == 2


def test_jobs_of_short_waits_never_get_many_threads() -> None:
    assert short_jobs(Growth(0.0, 0.0), TRIAL_S, 0.5 * TRIAL_S, MOST_FOR_SHORT) == 0


def test_those_that_wait_are_none_of_the_many_that_short_jobs_get() -> None:
    waits, works = [0.0] * (MOST_FOR_SHORT - 1), [TRIAL_S] * (MOST_FOR_SHORT - 1)
    growth = Growth(0.0, 0.0)
    assert asked(growth, TRIAL_S, 0.2 * TRIAL_S, waits + works) == MOST_FOR_SHORT // 2


@pytest.mark.parametrize("threads", [0, 1])
def test_few_threads_are_no_special_case(threads: int) -> None:
    assert asked(Growth(0.0, 0.0), TICK_S, 0.0, [0.0] * threads) == threads


def test_cpu_that_other_programs_take_is_no_reason_for_more_threads() -> None:
    growth = Growth(0.0, 0.0)
    stuck = [0.0] * 2
    assert growth.more(2 * TICK_S, 0.0, begun=stuck, threads=2, waiting=9, late=True) == 0
    assert growth.more(TRIAL_S, 0.0, begun=[TRIAL_S] * 2, threads=2, waiting=9) == 0

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from django.core import signals
from django.db import connections, reset_queries

from betterworker.handler.lane import Lane
from betterworker.handler.pool import Pool
from betterworker.handler.receivers import AT_START, tidy
from betterworker.handler.slot import Slot

if TYPE_CHECKING:
    from collections.abc import Iterator

WAIT_S = 20.0


@pytest.fixture
def pool() -> Iterator[Pool]:
    pool = Pool(1, 60.0)
    yield pool
    pool.finish()


def test_it_takes_no_lane_before_it_has_something_to_do(pool: Pool) -> None:
    slot = Slot(pool, lambda: None)
    slot.close()
    assert (pool.threads, slot.used) == (0, False)


def test_all_of_it_runs_in_one_thread_between_two_tidyings(pool: Pool) -> None:
    done: list[str] = []
    slot = Slot(pool, lambda: done.append("tidy"))
    threads = {slot.submit(threading.get_ident).result(WAIT_S) for _ in range(3)}
    slot.submit(done.append, "work").result(WAIT_S)
    slot.close()
    # The pool's one thread is free after that.
    Slot(pool, lambda: None).submit(int).result(WAIT_S)
    assert len(threads) == 1
    assert done == ["tidy", "work", "tidy"]


def test_what_was_submitted_before_the_end_is_still_done(pool: Pool) -> None:
    go_on = threading.Event()
    slot = Slot(pool, lambda: None)
    slot.submit(go_on.wait, WAIT_S)
    last = slot.submit(int)
    slot.close()
    go_on.set()
    assert last.result(WAIT_S) == 0


def test_after_the_end_it_takes_a_lane_for_each_piece_of_work(pool: Pool) -> None:
    slot = Slot(pool, lambda: None)
    slot.submit(int).result(WAIT_S)
    slot.close()
    assert slot.submit(int).result(WAIT_S) == 0
    other = Slot(pool, lambda: None)
    assert other.submit(int).result(WAIT_S) == 0
    other.close()
    assert slot.submit(int).result(WAIT_S) == 0


def test_errors_belong_to_who_waits_and_the_slot_goes_on(pool: Pool) -> None:
    slot = Slot(pool, lambda: None)
    with pytest.raises(SystemExit):
        slot.submit(exit_).result(WAIT_S)
    assert slot.submit(int).result(WAIT_S) == 0
    slot.close()


def exit_() -> None:
    raise SystemExit


def test_a_thread_that_cannot_be_tidied_is_told_and_used(
    pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    def tidy() -> None:
        raise LookupError("the database's")

    slot = Slot(pool, tidy)
    assert slot.submit(int).result(WAIT_S) == 0
    slot.close()
    assert "could not be tidied" in caplog.text


def test_what_waits_for_a_lane_and_is_not_wanted_any_more_is_withdrawn(pool: Pool) -> None:
    go_on, begun = threading.Event(), threading.Event()

    def busy(lane: Lane) -> None:
        begun.set()
        go_on.wait(WAIT_S)
        lane.held = False

    pool.submit(busy)
    assert begun.wait(WAIT_S)
    slot = Slot(pool, lambda: None)
    assert slot.submit(int).cancel()
    slot.withdraw()
    assert pool.waiting == 0
    wanted = slot.submit(int)
    slot.withdraw()
    assert pool.waiting == 1
    slot.close()
    go_on.set()
    assert wanted.result(WAIT_S) == 0


def test_what_a_tool_has_unhooked_from_the_beginning_of_requests_is_not_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As Django's own tests do to count queries."""
    done: list[str] = []
    receivers = [receiver for receiver in AT_START if receiver is not reset_queries]

    def connections_there_are(**_: object) -> list[object]:
        done.append("asked")
        return []

    monkeypatch.setattr(connections, "all", connections_there_are)
    signals.request_started.disconnect(reset_queries)
    try:
        tidy()
    finally:
        signals.request_started.connect(reset_queries)
    assert len(done) == len(receivers)

from __future__ import annotations

import gc
import logging
import threading
import time
import weakref
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from betterworker.handler import pool as pool_module
from betterworker.handler.growth import Growth
from betterworker.handler.lane import Lane
from betterworker.handler.pool import FIRST, KEPT, Pool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WAIT_S = 20.0


@pytest.fixture
def make() -> Iterator[Callable[..., Pool]]:
    made: list[Pool] = []

    def make(limit: int = 1000, idle_s: float = 60.0, **more: object) -> Pool:
        made.append(Pool(limit, idle_s, **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.finish()


def once(work: Callable[[], object]) -> Callable[[Lane], None]:
    """A request that is this and nothing else."""

    def begin(lane: Lane) -> None:
        work()
        lane.held = False

    return begin


def run(pool: Pool, work: Callable[[], object] = int) -> None:
    """One request, to its end."""
    over = threading.Event()

    def begin(lane: Lane) -> None:
        work()
        lane.held = False
        over.set()

    pool.submit(begin)
    assert over.wait(WAIT_S)


def test_threads_are_reused(make: Callable[..., Pool]) -> None:
    pool, seen = make(), set[int]()
    for _ in range(50):
        run(pool, lambda: seen.add(threading.get_ident()))
    assert len(seen) <= FIRST


def test_requests_that_all_wait_for_each_other_are_all_begun(make: Callable[..., Pool]) -> None:
    pool, together = make(), threading.Barrier(65, timeout=WAIT_S)
    for _ in range(64):
        pool.submit(once(together.wait))
    together.wait()
    assert pool.threads <= 64


def test_no_more_than_the_limit_are_begun_and_the_rest_is_seen_to_wait(make: Callable[..., Pool]) -> None:
    pool, together, go_on = make(limit=3), threading.Barrier(4, timeout=WAIT_S), threading.Event()

    def work() -> None:
        together.wait()
        go_on.wait(WAIT_S)

    for _ in range(3):
        pool.submit(once(work))
    together.wait()
    done = threading.Semaphore(0)
    for _ in range(4):
        pool.submit(once(done.release))
    assert (pool.threads, pool.busy, pool.waiting) == (3, 3, 4)
    go_on.set()
    assert all(done.acquire(timeout=WAIT_S) for _ in range(4))
    assert (pool.threads, pool.waiting) == (3, 0)


def test_a_lane_is_not_handed_out_before_it_is_free(make: Callable[..., Pool]) -> None:
    pool, lanes, begun = make(limit=1), list[Lane](), threading.Semaphore(0)

    def begin(lane: Lane) -> None:
        lanes.append(lane)
        begun.release()

    pool.submit(begin)
    assert begun.acquire(timeout=WAIT_S)
    pool.submit(once(begun.release))
    worked = threading.Event()
    lanes[0].run(worked.set)
    assert worked.wait(WAIT_S)
    assert pool.waiting == 1
    lanes[0].run(lambda: setattr(lanes[0], "held", False))
    assert begun.acquire(timeout=WAIT_S)


def test_idle_threads_end_but_for_one(make: Callable[..., Pool]) -> None:
    left = threading.Semaphore(0)
    pool = make(idle_s=0.01, leave=left.release)
    together = threading.Barrier(8, timeout=WAIT_S)
    for _ in range(8):
        pool.submit(once(together.wait))
    assert all(left.acquire(timeout=WAIT_S) for _ in range(8 - KEPT))
    assert pool.threads == KEPT
    run(pool)
    assert pool.threads == KEPT


def test_a_full_pool_says_so_once_a_minute(
    make: Callable[..., Pool], caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    pool, begun, go_on = make(limit=1, clock=lambda: now[0]), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(WAIT_S)

    # The guard's own looks are the test's.
    pool._guarded = True
    pool.submit(once(work))
    assert begun.wait(WAIT_S)
    pool.submit(once(int))
    (lane,) = pool._lanes
    lane.since = -10.0
    with caplog.at_level(logging.WARNING, "betterworker.handler"):
        growth = Growth(0.0, 0.0)
        for second in (1, 2, 30, 59, 62, 63, 121, 123):
            now[0] = second
            pool._look(growth, late=False)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 3
    assert "All 1 threads are busy, 1 requests wait" in told[0]
    go_on.set()


def test_a_thread_that_dies_is_replaced(make: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    pool, begun, die, served = make(limit=1), threading.Event(), threading.Event(), threading.Event()

    def dies(lane: Lane) -> None:
        begun.set()
        die.wait(WAIT_S)
        raise MemoryError

    pool.submit(dies)
    assert begun.wait(WAIT_S)
    (dying,) = pool._lanes.values()
    pool.submit(once(served.set))
    die.set()
    assert served.wait(WAIT_S)
    dying.join(WAIT_S)


def test_where_the_system_gives_no_more_threads_requests_wait_for_those_there_are(
    make: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, begun, go_on, served = make(), threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(WAIT_S)

    pool.submit(once(work))
    assert begun.wait(WAIT_S)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refused)
        pool.submit(once(served.set))
    assert pool.waiting == 1
    go_on.set()
    assert served.wait(WAIT_S)


def test_a_pool_that_was_once_given_no_more_threads_grows_again(
    make: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, together = make(), threading.Barrier(FIRST + 3, timeout=WAIT_S)
    for _ in range(FIRST):
        pool.submit(once(together.wait))
    with monkeypatch.context() as patch:
        # Of the thread that looks whether more are needed.
        patch.setattr(threading.Thread, "start", refused)
        pool.submit(once(together.wait))
    pool.submit(once(together.wait))
    together.wait()


def test_where_the_system_gives_no_thread_at_all_the_request_fails_and_is_not_done_later(
    make: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, done = make(), list[str]()
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refused)
        with pytest.raises(RuntimeError, match="gives no thread"):
            pool.submit(once(lambda: done.append("the refused one")))
    run(pool, lambda: done.append("the next"))
    assert done == ["the next"]


def test_threads_that_are_refused_again_and_again_are_told_once_a_minute(
    make: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    pool, go_on = make(clock=lambda: now[0]), threading.Event()
    together = threading.Barrier(FIRST + 1, timeout=WAIT_S)

    def work() -> None:
        together.wait()
        go_on.wait(WAIT_S)

    # The guard's own looks are the test's.
    pool._guarded = True
    for _ in range(FIRST):
        pool.submit(once(work))
    together.wait()
    pool.submit(once(int))
    with caplog.at_level(logging.ERROR, "betterworker.handler"), monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refused)
        growth = Growth(0.0, 0.0)
        for second in (1, 3, 5, 59, 62, 64):
            now[0] = second
            pool._look(growth, late=False)
    told = [record.getMessage() for record in caplog.records]
    assert told == [f"The system gives no more threads than {FIRST}."] * 2
    assert (pool.threads, pool.waiting) == (FIRST, 1)
    go_on.set()


def refused(thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


class Interrupted(SimpleQueue[Any]):
    """Who first waits for a request waits in vain; but one comes before it knows."""

    meanwhile: ClassVar[list[Callable[[], None]]]
    end: ClassVar[BaseException]

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if timeout is not None and self.meanwhile:
            self.meanwhile.pop()()
            raise self.end
        return super().get(block, timeout)


@pytest.mark.parametrize(("end", "dies"), [(Empty(), False), (MemoryError(), True)])
def test_a_request_that_comes_as_its_thread_gives_up_or_dies_is_done(
    make: Callable[..., Pool], monkeypatch: pytest.MonkeyPatch, end: BaseException, dies: bool
) -> None:
    died = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _: died.set())
    monkeypatch.setattr(pool_module, "SimpleQueue", Interrupted)
    pool, begun, go_on, done = make(), threading.Event(), threading.Event(), threading.Event()
    Interrupted.meanwhile, Interrupted.end = [lambda: pool.submit(once(done.set))], end

    def work() -> None:
        begun.set()
        go_on.wait(WAIT_S)

    # Another thread lives on: this one may end.
    pool.submit(once(work))
    assert begun.wait(WAIT_S)
    pool.submit(once(int))
    assert done.wait(WAIT_S)
    assert died.wait(WAIT_S) is True if dies else not died.is_set()
    go_on.set()


def test_what_was_not_begun_can_be_withdrawn_once(make: Callable[..., Pool]) -> None:
    pool, begun, go_on = make(limit=1), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(WAIT_S)

    first, second = once(work), once(int)
    pool.submit(first)
    assert begun.wait(WAIT_S)
    pool.submit(second)
    assert pool.withdraw(second)
    assert not pool.withdraw(second)
    assert not pool.withdraw(first)
    go_on.set()


def test_the_end_waits_for_the_busy_and_not_for_the_idle(make: Callable[..., Pool]) -> None:
    pool, together, done = make(), threading.Barrier(2, timeout=WAIT_S), list[str]()
    go_on = threading.Event()
    run(pool)

    def work() -> None:
        together.wait()
        go_on.wait(WAIT_S)
        done.append("worked")

    pool.submit(once(work))
    together.wait()
    threading.Timer(0.05, go_on.set).start()
    pool.finish()
    assert done == ["worked"]


def test_a_request_whose_loop_has_stopped_is_asked_to_leave(make: Callable[..., Pool]) -> None:
    pool, begun = make(), threading.Event()

    def begin(lane: Lane) -> None:
        lane.leave = lambda: lane.run(lambda: setattr(lane, "held", False))
        begun.set()

    pool.submit(begin)
    assert begun.wait(WAIT_S)
    pool.finish()
    assert pool.busy == 0


def test_a_forked_child_begins_anew(make: Callable[..., Pool]) -> None:
    pool = make()
    run(pool)
    pool._begin_anew()
    assert (pool.threads, pool.waiting) == (0, 0)
    run(pool)


def test_what_a_request_was_is_forgotten_with_it(make: Callable[..., Pool]) -> None:
    class Work:
        def __call__(self) -> None:
            """Nothing."""

    pool, work = make(), Work()
    gone = weakref.ref(work)
    run(pool, work)
    del work
    run(pool)
    run(pool)
    deadline = time.monotonic() + WAIT_S
    while gone() is not None and time.monotonic() < deadline:
        gc.collect()
    assert gone() is None

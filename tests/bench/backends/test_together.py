from __future__ import annotations

import pytest

from betterworker.bench.backends import Backends
from betterworker.bench.backends.finding import ABSENT
from betterworker.bench.backends.local import ending
from betterworker.bench.errors import BenchError, ServerFailure
from tests.bench.fakes import FakeBackend

DEAD = "redis-server ended with status -9"


def with_redis(backend: FakeBackend) -> Backends:
    backends = Backends(lambda: backend.events.append("prepared"))
    backends.start("redis", backend)
    return backends


def test_servers_are_told_where_it_is_and_that_there_is_no_other() -> None:
    backends = with_redis(FakeBackend(env={"BETTERWORKER_REDIS_URL": "redis://here"}))
    assert backends.env == {"BETTERWORKER_REDIS_URL": "redis://here", "BETTERWORKER_POSTGRES_URL": ""}


def test_what_is_there_is_not_skipped_and_what_is_not_is() -> None:
    backends = with_redis(FakeBackend())
    assert backends.skip("redis") is None
    assert backends.skip("postgres") == ABSENT["postgres"]


def test_one_that_does_not_start_is_skipped() -> None:
    backends = with_redis(FakeBackend(start_error=ServerFailure("no memory")))
    assert backends.skip("redis") == "it did not start: no memory"
    assert (backends.live, backends.mend("redis")) == ({}, False)


def test_one_that_lives_is_left_alone() -> None:
    backend = FakeBackend()
    assert with_redis(backend).mend("redis") is False
    assert backend.events == ["started"]


def test_one_that_died_is_revived_and_filled() -> None:
    backend = FakeBackend(dies=[DEAD])
    backends = with_redis(backend)
    assert backends.mend("redis") is True
    assert backend.events == ["started", "revived", "prepared"]
    assert backends.skip("redis") is None


def test_the_fourth_death_is_its_last() -> None:
    backends = with_redis(FakeBackend(dies=[DEAD] * 5))
    assert [backends.mend("redis") for _ in range(5)] == [True, True, True, False, False]
    assert backends.skip("redis") == f"{DEAD}, and had been started again 3 times"


def test_one_that_cannot_be_revived_is_skipped_from_then_on() -> None:
    backend = FakeBackend(dies=[DEAD], revive_error=ServerFailure("port 6379 is taken"))
    backends = with_redis(backend)
    assert backends.mend("redis") is False
    assert backends.skip("redis") == f"{DEAD}, and could not be started again: port 6379 is taken"


def test_all_are_stopped_whatever_one_of_them_raises() -> None:
    class Stubborn(FakeBackend):
        def stop(self) -> None:
            raise BenchError("the schema is still there")

    other = FakeBackend()
    backends = with_redis(other)
    backends.start("postgres", Stubborn())
    with pytest.raises(BenchError, match="the schema is still there"):
        backends.stop()
    assert other.events == ["started", "stopped"]


@pytest.mark.parametrize(("status", "wanted"), [(0, 0), (3, 3), (137, -9), (-9, -9)])
def test_a_signal_is_told_as_one(status: int, wanted: int) -> None:
    assert ending(status) == wanted

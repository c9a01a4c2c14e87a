from __future__ import annotations

import pytest

from betterworker.bench.errors import ServerFailure
from betterworker.bench.fleet import Fleet
from tests.bench.builders import a_worker
from tests.bench.fakes import FakeLauncher, FakeServer, cannot_start

A, B, C = (a_worker(name=name) for name in "abc")


def test_a_server_is_started_once_a_block() -> None:
    launcher = FakeLauncher()
    fleet = Fleet(launcher)
    assert fleet.get(A, 1) is fleet.get(A, 1)
    assert launcher.names == ["a-1"]


def test_a_server_is_started_anew_in_the_next_block() -> None:
    launcher = FakeLauncher()
    fleet = Fleet(launcher)
    fleet.get(A, 1)
    fleet.get(A, 2)
    assert launcher.events == ["a-1 ready", "a-1 stopped", "a-2 ready"]


def test_the_last_server_is_stopped_before_the_next_is_started() -> None:
    launcher = FakeLauncher()
    fleet = Fleet(launcher)
    fleet.get(A, 1)
    fleet.get(B, 1)
    assert launcher.events == ["a-1 ready", "a-1 stopped", "b-1 ready"]
    assert not fleet.is_live(A, 1)
    assert fleet.is_live(B, 1)


def test_as_many_live_at_once_as_there_is_room_for() -> None:
    launcher = FakeLauncher()
    fleet = Fleet(launcher, room=2)
    for worker in (A, B, C):
        fleet.get(worker, 1)
    assert [event for event in launcher.events if "stopped" in event] == ["a-1 stopped"]


def test_a_server_that_does_not_get_ready_is_stopped_and_not_tried_again_in_its_block() -> None:
    launcher = FakeLauncher(prepare=cannot_start("a-1"))
    fleet = Fleet(launcher)
    for _ in range(3):
        with pytest.raises(ServerFailure, match="ended with status 3"):
            fleet.get(A, 1)
    assert launcher.names == ["a-1"]
    assert launcher.events == ["a-1 stopped"]


def test_a_server_that_did_not_start_is_tried_again_in_the_next_block() -> None:
    fleet = Fleet(FakeLauncher(prepare=cannot_start("a-1")))
    with pytest.raises(ServerFailure):
        fleet.get(A, 1)
    fleet.get(A, 2)
    assert fleet.is_live(A, 2)


def test_a_command_that_cannot_even_be_run_is_remembered_as_well() -> None:
    calls: list[int] = []

    def launch(worker: object, block: int) -> FakeServer:
        calls.append(block)
        raise ServerFailure("port 8000 is taken")

    fleet = Fleet(launch)
    for _ in range(2):
        with pytest.raises(ServerFailure, match="is taken"):
            fleet.get(A, 1)
    assert calls == [1]


def test_a_discarded_server_is_stopped_and_started_anew_when_asked_for() -> None:
    launcher = FakeLauncher()
    fleet = Fleet(launcher)
    fleet.get(A, 1)
    fleet.discard(A, 1)
    fleet.get(A, 1)
    assert launcher.events == ["a-1 ready", "a-1 stopped", "a-1 ready"]


def test_discarding_what_does_not_live_does_nothing() -> None:
    Fleet(FakeLauncher()).discard(A, 1)


def test_all_are_stopped_at_the_end() -> None:
    launcher = FakeLauncher()
    fleet = Fleet(launcher, room=3)
    for worker in (A, B, C):
        fleet.get(worker, 1)
    fleet.stop_all()
    fleet.stop_all()
    assert sorted(launcher.events[3:]) == ["a-1 stopped", "b-1 stopped", "c-1 stopped"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ZeroDivisionError()])
def test_a_server_whose_start_is_interrupted_is_stopped(error: BaseException) -> None:
    def interrupt(server: FakeServer) -> None:
        server.start_error = error

    launcher = FakeLauncher(prepare=interrupt)
    with pytest.raises(type(error)):
        Fleet(launcher).get(A, 1)
    assert launcher.events == ["a-1 stopped"]

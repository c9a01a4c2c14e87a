from __future__ import annotations

from dataclasses import replace

import pytest

from betterworker.bench.errors import ServerFailure
from betterworker.bench.fleet import Fleet
from betterworker.bench.model import ServerTerms, Worker
from betterworker.bench.room import Room
from tests.bench.builders import a_worker
from tests.bench.fakes import FakeLauncher, FakeServer, cannot_start

A, B, C = (a_worker(name=name) for name in "abc")
ALL = (("a", A), ("b", B), ("c", C))


def a_fleet(launcher: FakeLauncher, memory_mb: float | None = None) -> Fleet:
    return Fleet(launcher, memory_mb)


def test_a_server_is_started_once_a_round() -> None:
    launcher = FakeLauncher()
    fleet = a_fleet(launcher)
    assert fleet.get("a", A, 1) is fleet.get("a", A, 1)
    assert launcher.names == ["a-1"]


def test_a_server_is_started_anew_in_the_next_round() -> None:
    launcher = FakeLauncher()
    fleet = a_fleet(launcher)
    fleet.get("a", A, 1)
    fleet.get("a", A, 2)
    assert launcher.events == ["a-1 ready", "a-1 stopped", "a-2 ready"]


def test_servers_live_side_by_side_and_the_same_worker_may_have_two() -> None:
    launcher = FakeLauncher()
    fleet = a_fleet(launcher)
    fleet.prepare((*ALL, ("a#twin", A)), 1)
    assert launcher.events == ["a-1 ready", "b-1 ready", "c-1 ready", "a#twin-1 ready"]
    assert fleet.get("a", A, 1) is not fleet.get("a#twin", A, 1)


def test_they_start_side_by_side() -> None:
    events: list[str] = []

    class Slow(FakeServer):
        def wait_ready(self) -> None:
            events.append(f"{self.name} awaited")

    def launch(worker: Worker, slot: str, round_: int) -> FakeServer:
        events.append(f"{slot} launched")
        return Slow(name=slot)

    Fleet(launch).prepare(ALL, 1)
    assert events == [f"{slot} {what}" for what in ("launched", "awaited") for slot in "abc"]


def test_what_does_not_fit_into_memory_makes_the_longest_unused_go() -> None:
    launcher = FakeLauncher()  # servers of 80 MB
    fleet = a_fleet(launcher, memory_mb=200.0)
    for slot, worker in ALL:
        fleet.get(slot, worker, 1)
    assert launcher.events == ["a-1 ready", "b-1 ready", "a-1 stopped", "c-1 ready"]


def test_a_server_that_the_block_needs_is_kept_whatever_it_holds() -> None:
    launcher = FakeLauncher()
    fleet = a_fleet(launcher, memory_mb=100.0)
    fleet.get("a", A, 1)
    fleet.prepare(ALL, 1)
    assert not any("stopped" in event for event in launcher.events)


def test_a_server_that_does_not_get_ready_is_stopped_and_not_tried_again_in_its_round() -> None:
    launcher = FakeLauncher(prepare=cannot_start("a-1"))
    fleet = a_fleet(launcher)
    for _ in range(3):
        with pytest.raises(ServerFailure, match="ended with status 3"):
            fleet.get("a", A, 1)
    assert launcher.names == ["a-1"]
    assert launcher.events == ["a-1 stopped"]


def test_one_that_does_not_start_keeps_no_other_from_starting() -> None:
    launcher = FakeLauncher(prepare=cannot_start("b-1"))
    fleet = a_fleet(launcher)
    fleet.prepare(ALL, 1)
    assert launcher.events == ["a-1 ready", "b-1 stopped", "c-1 ready"]


def test_a_server_that_did_not_start_is_tried_again_in_the_next_round() -> None:
    launcher = FakeLauncher(prepare=cannot_start("a-1"))
    fleet = a_fleet(launcher)
    with pytest.raises(ServerFailure):
        fleet.get("a", A, 1)
    fleet.get("a", A, 2)
    assert launcher.events == ["a-1 stopped", "a-2 ready"]


def test_a_command_that_cannot_even_be_run_is_remembered_as_well() -> None:
    calls: list[int] = []

    def launch(worker: Worker, slot: str, round_: int) -> FakeServer:
        calls.append(round_)
        raise ServerFailure("port 8000 is taken")

    fleet = Fleet(launch)
    for _ in range(2):
        with pytest.raises(ServerFailure, match="is taken"):
            fleet.get("a", A, 1)
    assert calls == [1]


def test_a_discarded_server_is_stopped_and_started_anew_when_asked_for() -> None:
    launcher = FakeLauncher()
    fleet = a_fleet(launcher)
    fleet.get("a", A, 1)
    fleet.discard("a")
    fleet.get("a", A, 1)
    assert launcher.events == ["a-1 ready", "a-1 stopped", "a-1 ready"]


def test_discarding_what_does_not_live_does_nothing() -> None:
    a_fleet(FakeLauncher()).discard("a")


def test_all_are_stopped_at_the_end() -> None:
    launcher = FakeLauncher()
    fleet = a_fleet(launcher)
    fleet.prepare(ALL, 1)
    fleet.stop_all()
    fleet.stop_all()
    assert sorted(launcher.events[3:]) == ["a-1 stopped", "b-1 stopped", "c-1 stopped"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ZeroDivisionError()])
def test_servers_whose_start_is_interrupted_are_stopped(error: BaseException) -> None:
    def interrupt(server: FakeServer) -> None:
        server.start_error = error if server.name == "b-1" else None

    launcher = FakeLauncher(prepare=interrupt)
    fleet = a_fleet(launcher)
    with pytest.raises(type(error)):
        fleet.prepare(ALL, 1)
    fleet.stop_all()
    assert launcher.events == ["a-1 ready", "b-1 stopped", "c-1 stopped", "a-1 stopped"]


HUNDRED = Room(port=5432, allows=100)


def keeping(*, threads: int | None = 32, connected: int | None = 32, room: Room = HUNDRED) -> FakeLauncher:
    """Its servers, each of one process, keep so many connections."""

    def prepare(server: FakeServer) -> None:
        server.asked = ServerTerms(processes=1, threads=threads)
        server.connected = connected

    return FakeLauncher(prepare=prepare)


def after_a_block(launcher: FakeLauncher, room: Room = HUNDRED, connections: int = 32) -> list[str]:
    """What became of the servers that were live when the block began."""
    fleet = Fleet(launcher, rooms=(room,))
    fleet.prepare(ALL, 1)
    for slot, worker in ALL:
        fleet.get(slot, worker, 1, connections)
    return launcher.events[3:]


def test_a_server_whose_idle_connections_another_needs_makes_room_the_last_used_first() -> None:
    launcher = FakeLauncher(prepare=lambda server: setattr(server, "asked", ServerTerms(threads=32)))
    fleet = Fleet(launcher, rooms=(HUNDRED,))
    fleet.prepare(ALL, 1)
    for server, (slot, worker) in zip(launcher.launched, ALL, strict=True):
        fleet.get(slot, worker, 1, 32)
        server.connected = 32
    assert launcher.events[3:] == ["b-1 stopped"]


def test_a_server_that_made_room_lives_again_when_its_turn_comes() -> None:
    launcher = keeping()
    fleet = Fleet(launcher, rooms=(HUNDRED,))
    fleet.get("a", A, 1, 32)
    fleet.get("b", B, 1, 32)
    fleet.get("c", C, 1, 32)
    assert fleet.made_room == {"b"}
    fleet.get("b", B, 1, 32)
    assert fleet.made_room == {"c"}
    assert launcher.names == ["a-1", "b-1", "c-1", "b-1"]


def test_servers_whose_connections_fit_live_side_by_side() -> None:
    assert after_a_block(keeping(threads=8, connected=8)) == []


def test_a_server_of_no_known_threads_may_want_new_connections_for_each_of_the_loads() -> None:
    assert after_a_block(keeping(threads=None, connected=8), connections=32) != []
    assert after_a_block(keeping(threads=None, connected=8), connections=16) == []


def test_a_server_that_does_not_take_again_what_it_holds_is_left_both() -> None:
    launcher = keeping(threads=None, connected=0)
    fleet = Fleet(launcher, rooms=(HUNDRED,))
    fleet.get("a", A, 1, 16)
    fleet.get("b", B, 1, 16)
    for server, count in zip(launcher.launched, (12, 54), strict=True):
        server.connected = count
    fleet.get("b", B, 1, 16)
    assert launcher.events[-1] == "a-1 stopped"


def test_what_a_worker_was_once_seen_to_hold_is_left_to_it() -> None:
    launcher = keeping(threads=None, connected=0)
    fleet = Fleet(launcher, rooms=(HUNDRED,))
    fleet.get("a", A, 1, 1)
    launcher.launched[0].connected = 48
    fleet.get("b", B, 1, 1)
    launcher.launched[1].connected = 40
    fleet.discard("a")
    fleet.get("a", A, 1, 1)
    assert launcher.events[-1] == "b-1 stopped"


@pytest.mark.parametrize("room", [Room(port=None, allows=100), HUNDRED])
def test_where_nobody_can_count_a_server_keeps_what_its_load_may_have_opened(room: Room) -> None:
    assert after_a_block(keeping(connected=None), room) == ["b-1 stopped"]


def test_a_server_that_wants_more_than_there_are_is_alone() -> None:
    launcher = keeping(threads=200)
    fleet = Fleet(launcher, rooms=(HUNDRED,))
    fleet.get("a", A, 1, 32)
    fleet.get("b", B, 1, 32)
    assert launcher.events == ["a-1 ready", "b-1 ready", "a-1 stopped"]


def test_a_server_that_keeps_none_stays() -> None:
    assert after_a_block(keeping(threads=200, connected=0)) == []


def test_without_a_known_database_nobody_makes_room() -> None:
    launcher = keeping(threads=200)
    fleet = Fleet(launcher)
    for slot, worker in ALL:
        fleet.get(slot, worker, 1, 32)
    assert not any("stopped" in event for event in launcher.events)


def test_servers_of_another_round_owe_no_room() -> None:
    fleet = Fleet(keeping(), rooms=(HUNDRED,))
    for slot, worker in ALL:
        fleet.get(slot, worker, 1, 32)
    fleet.get("a", A, 2, 32)
    assert fleet.made_room == set()


def test_a_row_that_does_not_use_the_database_needs_no_room_there() -> None:
    launcher = keeping()
    fleet = Fleet(launcher, rooms=(replace(HUNDRED, needs="postgres"),))
    for slot, worker in ALL:
        fleet.get(slot, worker, 1, 32)
    assert fleet.made_room == set()
    fleet.get("a", A, 1, 32, needs="postgres")
    assert fleet.made_room == {"c"}

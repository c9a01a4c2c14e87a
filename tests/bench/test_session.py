from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pytest

from betterworker.bench.fleet import Fleet
from betterworker.bench.model import Failure, FailureKind, Result, Sample, ServerTerms, Study, Trial
from betterworker.bench.plan import Agenda
from betterworker.bench.room import Room
from betterworker.bench.session import Session, as_it_is
from tests.bench.builders import a_failure, a_result, a_sample, a_scenario, a_study, a_worker
from tests.bench.fakes import FakeLauncher, FakeRunner, FakeServer, RecordingListener, cannot_start
from tests.bench.plays import play

ROWS = ("x:sync", "y:sync", "z:sync")


def a_short_study(workers: tuple[str, ...] = ("w",), rows: tuple[str, ...] = ROWS, blocks: int = 1) -> Study:
    return a_study(workers, rows, looks=dict.fromkeys(rows, (blocks,)))


ONE = a_short_study()
THREE = a_short_study(rows=("x:sync",), blocks=3)


@dataclass
class Stage:
    """A session over fakes: what it stored, and everything that happened, in order."""

    study: Study
    ends: Mapping[str, Sample | Failure | BaseException] = field(default_factory=dict)
    prepare: Callable[[FakeServer], None] = lambda server: None
    missing: Mapping[str, str] = field(default_factory=dict)
    as_stored: Callable[[Result], Result] = as_it_is
    rooms: tuple[Room, ...] = ()
    stored: list[Result] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.launcher = FakeLauncher(events=self.events, prepare=self.prepare)
        self.runner = FakeRunner(ends=self.ends)

    def run(self, *done: Result) -> Stage:
        Session(
            workers={name: a_worker(name=name) for name in self.study.workers},
            scenarios={key: a_scenario(name=key.split(":")[0]) for key in self.study.scenarios},
            missing=self.missing,
            processes=2,
            fleet=Fleet(self.launcher, rooms=self.rooms),
            runner=self.runner,
            store=self.store,
            listener=RecordingListener(self.events),
            as_stored=self.as_stored,
        ).run(Agenda(self.study), done)
        return self

    def store(self, result: Result) -> None:
        self.events.append(f"stores {result.trial.key}")
        self.stored.append(result)

    def of(self, worker: str) -> list[Result]:
        return [result for result in self.stored if result.trial.worker == worker]

    @property
    def kinds(self) -> list[FailureKind | None]:
        return [result.failure.kind if result.failure else None for result in self.stored]

    @property
    def stops(self) -> int:
        return sum(event.endswith("stopped") for event in self.events)


def planned(study: Study) -> list[Trial]:
    """What a session in which every window ends alike has to run, in order."""
    return play(study, lambda _: a_sample()).trials


def key(number: int, study: Study = ONE) -> str:
    return planned(study)[number].key


def test_every_trial_is_stored_once_in_the_plans_order() -> None:
    assert [result.trial for result in Stage(a_study()).run().stored] == planned(a_study())


def test_a_result_is_stored_before_the_next_trial_begins() -> None:
    told = [event for event in Stage(ONE).run().events if event.split()[0] in ("begins", "stores", "ends")]
    assert told == [f"{what} {key(n)}" for n in range(6) for what in ("begins", "stores", "ends")]


def test_a_result_is_stored_and_told_as_it_may_be_seen() -> None:
    stage = Stage(ONE)
    stage.as_stored = lambda result: replace(result, command=("hidden",))
    assert {result.command for result in stage.run().stored} == {("hidden",)}


def test_a_result_says_how_its_server_was_started() -> None:
    result = Stage(ONE).run().stored[0]
    assert (result.command, result.processes_asked) == (("serve", "site"), 2)
    assert next(iter(result.spent_s)) == "start"


def test_a_result_says_what_its_server_was_asked_and_what_was_found() -> None:
    asked, found = ServerTerms(backlog=2048), ServerTerms(backlog=100)

    def prepare(server: FakeServer) -> None:
        server.asked, server.in_force = asked, found

    stored = Stage(ONE, prepare=prepare).run().stored
    assert {(result.asked, result.in_force) for result in stored} == {(asked, found)}


def test_servers_live_side_by_side_for_a_whole_round() -> None:
    stage = Stage(a_short_study(("v", "w"), ("x:sync", "y:sync"), blocks=2)).run()
    for number in (1, 2):
        names = {name for name in stage.launcher.names if name.endswith(f"-{number}")}
        assert {f"v-{number}", f"w-{number}"} <= names
    assert len(stage.launcher.names) == len(set(stage.launcher.names)) == stage.stops


def test_all_servers_of_a_block_are_ready_before_its_first_window() -> None:
    events = Stage(a_short_study(("v", "w"), ("x:sync",))).run().events
    assert [event for event in events[:3] if event.endswith("ready")] == events[:3]


def test_a_worker_that_does_not_start_is_told_and_not_asked_again_for_its_row() -> None:
    study = a_short_study(("v", "w"), ("x:sync", "y:sync"), blocks=2)
    stage = Stage(study, prepare=cannot_start("w-1", "w-2")).run()
    reason = "did not start: ended with status 3 before it was ready"
    wanted = Failure(kind="start", reason=reason, log_tail="no such option")
    assert [result.failure for result in stage.of("w")] == [wanted] * 2
    assert stage.launcher.names.count("w-1") == 1
    assert [result.failure for result in stage.of("v")] == [None] * 4


def test_a_worker_that_is_not_installed_fails_and_the_study_goes_on() -> None:
    study = a_short_study(("v", "w"), ("x:sync",), blocks=2)
    stage = Stage(study, missing={"v": "v not installed: pip install v"}).run()
    wanted = a_failure(kind="not_installed", reason="v not installed: pip install v")
    assert [result.failure for result in stage.of("v")] == [wanted]
    assert {name.partition("-")[0] for name in stage.launcher.names} >= {"w"}
    assert "v-1" not in stage.launcher.names


@pytest.mark.parametrize("kind", ["wrong_answer", "died"])
def test_a_cell_that_failed_is_not_measured_again(kind: FailureKind) -> None:
    stage = Stage(THREE, ends={"w/x:sync/r1/b1": a_failure(kind=kind)}).run()
    assert [r.failure.kind for r in stage.of("w") if r.failure] == [kind]
    assert len(stage.of("w")) == 1


def test_a_wrong_answer_does_not_keep_the_other_cells_from_being_measured() -> None:
    study = a_short_study(rows=("x:sync", "y:sync"), blocks=2)
    stage = Stage(study, ends={"w/x:sync/r1/b1": a_failure()}).run()
    later = {result.trial.scenario: result.failure for result in stage.of("w") if result.trial.block == 2}
    assert later == {"y:sync": None}


def windows_of(study: Study, worker: str = "w") -> list[str]:
    return [trial.key for trial in planned(study) if trial.worker == worker]


def test_a_restless_server_is_restarted_and_the_next_result_says_so() -> None:
    stage = Stage(ONE, ends={windows_of(ONE)[0]: a_sample(rested=False)}).run()
    assert [result.restarted for result in stage.of("w")] == [False, True, False]
    assert stage.launcher.names.count("w-1") == 2


def test_a_server_that_made_room_at_the_database_is_started_anew_and_its_result_says_so() -> None:
    def prepare(server: FakeServer) -> None:
        server.connected = 60

    study = a_short_study(("v", "w"), rows=("x:sync",))
    stage = Stage(study, prepare=prepare, rooms=(Room(port=5432, allows=100),)).run()
    assert [result.made_room for result in stage.stored] == [False, True, True]
    assert not any(result.restarted for result in stage.stored)


def test_a_server_that_made_room_at_the_database_is_not_measured_while_it_opens_connections_anew() -> None:
    study = a_short_study(("v", "w"), rows=("x:sync",))
    stage = Stage(
        study,
        prepare=lambda server: setattr(server, "connected", 60),
        rooms=(Room(port=5432, allows=100),),
    ).run()
    first, *anew = [result.trial.key for result in stage.stored]
    assert stage.runner.ran == [first, anew[0], anew[0], anew[1], anew[1]]


def test_a_restless_server_at_the_end_of_a_round_taints_nothing() -> None:
    """The next round starts its own server anyway."""
    stage = Stage(THREE, ends={windows_of(THREE)[0]: a_sample(rested=False)}).run()
    assert [result.restarted for result in stage.of("w")] == [False, False, False]


def test_a_lost_server_is_replaced_even_if_its_window_was_fine() -> None:
    def lose(server: FakeServer) -> None:
        first = server.name not in stage.launcher.names
        server.lost_reason = "worker process 12 ended" if server.name == "w-1" and first else None

    stage = Stage(ONE, prepare=lose)
    stage.run()
    assert stage.kinds == [None] * 6
    assert [result.restarted for result in stage.of("w")] == [False, True, False]


@pytest.mark.parametrize(("rested", "starts"), [(True, 1), (False, 3)])
def test_after_a_failure_a_server_is_kept_only_if_it_comes_to_rest(rested: bool, starts: int) -> None:
    def prepare(server: FakeServer) -> None:
        server.rested = rested

    stage = Stage(ONE, ends={key: a_failure() for key in windows_of(ONE)}, prepare=prepare).run()
    assert stage.launcher.names.count("w-1") == starts


def test_a_server_that_answers_nothing_but_errors_is_not_asked_to_rest() -> None:
    def prepare(server: FakeServer) -> None:
        server.unwell, server.rested = "HTTP 500", False

    stage = Stage(ONE, ends={key: a_failure() for key in windows_of(ONE)}, prepare=prepare).run()
    assert stage.launcher.names.count("w-1") == 1
    assert "w-1 rests" not in stage.events


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ZeroDivisionError()])
def test_servers_are_stopped_however_the_session_ends(error: BaseException) -> None:
    stage = Stage(ONE, ends={key(1): error})
    with pytest.raises(type(error)):
        stage.run()
    assert stage.stops == 2
    assert [result.trial.key for result in stage.stored] == [key(0)]


def test_servers_are_stopped_when_nothing_can_be_stored() -> None:
    class FullDisk(Stage):
        def store(self, result: Result) -> None:
            raise OSError("no space left")

    stage = FullDisk(ONE)
    with pytest.raises(OSError, match="no space left"):
        stage.run()
    assert stage.stops == 2


@pytest.mark.parametrize("count", [0, 1, 5, 12])
def test_a_resumed_session_repeats_nothing_and_leaves_nothing_out(count: int) -> None:
    done = tuple(a_result(trial=trial) for trial in planned(a_study())[:count])
    stage = Stage(a_study()).run(*done)
    assert [result.trial for result in (*done, *stage.stored)] == planned(a_study())


def test_a_trial_that_was_lost_in_the_middle_is_made_up_for() -> None:
    trials = planned(a_study())
    done = [a_result(trial=trial) for trial in trials if trial is not trials[4]]
    assert [result.trial for result in Stage(a_study()).run(*done).stored] == [trials[4]]


def test_a_finished_run_starts_no_server() -> None:
    stage = Stage(THREE).run(*(a_result(trial=trial) for trial in planned(THREE)))
    assert stage.events == []


def test_a_resumed_session_knows_the_cells_that_failed() -> None:
    stage = Stage(THREE).run(a_result(trial=planned(THREE)[0], failure=a_failure()))
    assert not stage.of(planned(THREE)[0].worker) or planned(THREE)[0].worker == "w#twin"

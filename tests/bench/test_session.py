from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

import pytest

from betterworker.bench.fleet import Fleet
from betterworker.bench.model import Failure, FailureKind, Result, Sample, Study
from betterworker.bench.plan import plan, trials
from betterworker.bench.session import Session
from tests.bench.builders import a_failure, a_result, a_sample, a_scenario, a_study, a_worker
from tests.bench.fakes import FakeLauncher, FakeRunner, FakeServer, RecordingListener, cannot_start

ONE = a_study(("w",), ("x:sync", "y:sync", "z:sync"), blocks=1)
THREE = a_study(("w",), ("x:sync",), blocks=3)


@dataclass
class Stage:
    """A session over fakes: what it stored, and everything that happened, in order."""

    study: Study
    ends: Mapping[str, Sample | Failure | BaseException] = field(default_factory=dict)
    prepare: Callable[[FakeServer], None] = lambda server: None
    missing: Mapping[str, str] = field(default_factory=dict)
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
            fleet=Fleet(self.launcher),
            runner=self.runner,
            store=self.store,
            listener=RecordingListener(self.events),
        ).run(plan(self.study), done)
        return self

    def store(self, result: Result) -> None:
        self.events.append(f"stores {result.trial.key}")
        self.stored.append(result)

    @property
    def kinds(self) -> list[FailureKind | None]:
        return [result.failure.kind if result.failure else None for result in self.stored]

    @property
    def stops(self) -> int:
        return sum(event.endswith("stopped") for event in self.events)


def key(number: int, study: Study = ONE) -> str:
    return trials(study)[number].key


def test_every_trial_is_stored_once_in_the_plans_order() -> None:
    stage = Stage(a_study()).run()
    assert [result.trial for result in stage.stored] == list(trials(a_study()))


def test_a_result_is_stored_before_the_next_trial_begins() -> None:
    told = [event for event in Stage(ONE).run().events if event.split()[0] in ("begins", "stores", "ends")]
    assert told == [f"{what} {key(n)}" for n in range(3) for what in ("begins", "stores", "ends")]


def test_a_result_says_how_its_server_was_started() -> None:
    result = Stage(ONE).run().stored[0]
    assert (result.command, result.processes_asked) == (("serve", "site"), 2)
    assert next(iter(result.spent_s)) == "start"


def test_a_worker_keeps_its_server_for_a_whole_block() -> None:
    study = a_study(("v", "w"), ("x:sync", "y:sync"), blocks=2)
    stage = Stage(study).run()
    order = [name for name, _ in groupby(f"{t.worker}-{t.block}" for t in trials(study))]
    assert stage.launcher.names == order
    assert stage.stops == 4


def test_a_worker_that_does_not_start_is_tried_once_a_block_and_told_every_time() -> None:
    study = a_study(("v", "w"), ("x:sync", "y:sync"), blocks=2)
    stage = Stage(study, prepare=cannot_start("w-1", "w-2")).run()
    failures = [result.failure for result in stage.stored if result.trial.worker == "w"]
    assert (
        failures
        == [
            Failure(
                kind="start",
                reason="did not start: ended with status 3 before it was ready",
                log_tail="no such option",
            )
        ]
        * 4
    )
    assert sorted(stage.launcher.names) == ["v-1", "v-2", "w-1", "w-2"]
    assert stage.kinds.count(None) == 4


def test_a_worker_that_is_not_installed_fails_and_the_study_goes_on() -> None:
    study = a_study(("v", "w"), ("x:sync",), blocks=2)
    stage = Stage(study, missing={"v": "v not installed: pip install v"}).run()
    absent = [result.failure for result in stage.stored if result.trial.worker == "v"]
    assert absent == [a_failure(kind="not_installed", reason="v not installed: pip install v")] * 2
    assert stage.launcher.names == ["w-1", "w-2"]


def test_a_cell_that_answers_wrongly_is_skipped_in_later_blocks() -> None:
    stage = Stage(THREE, ends={key(0, THREE): a_failure(reason="HTTP 500")}).run()
    assert stage.kinds == ["wrong_answer", "skipped", "skipped"]
    assert stage.stored[2].failure == a_failure(kind="skipped", reason="HTTP 500 (in block 1)")
    assert stage.runner.ran == [key(0, THREE)]


@pytest.mark.parametrize("kind", ["died", "generator"])
def test_a_cell_that_failed_otherwise_is_tried_again(kind: FailureKind) -> None:
    stage = Stage(THREE, ends={key(0, THREE): a_failure(kind=kind)}).run()
    assert stage.kinds == [kind, None, None]


def test_a_wrong_answer_does_not_keep_the_other_cells_from_being_measured() -> None:
    stage = Stage(a_study(("w",), ("x:sync", "y:sync"), blocks=2), ends={"w/x:sync/r1/b1": a_failure()}).run()
    assert {r.trial.scenario: r.failure for r in stage.stored if r.trial.block == 2}["y:sync"] is None


def test_a_restless_server_is_restarted_and_the_next_result_says_so() -> None:
    stage = Stage(ONE, ends={key(0): a_sample(rested=False)}).run()
    assert [result.restarted for result in stage.stored] == [False, True, False]
    assert stage.launcher.names == ["w-1", "w-1"]


def test_a_restless_server_at_the_end_of_a_block_taints_nothing() -> None:
    """The next block starts its own server anyway."""
    stage = Stage(THREE, ends={key(0, THREE): a_sample(rested=False)}).run()
    assert [result.restarted for result in stage.stored] == [False, False, False]


def test_a_lost_server_is_replaced_even_if_its_window_was_fine() -> None:
    def lose(server: FakeServer) -> None:
        server.lost_reason = "worker process 12 ended" if len(stage.launcher.launched) == 0 else None

    stage = Stage(ONE, prepare=lose)
    stage.run()
    assert stage.kinds == [None, None, None]
    assert [result.restarted for result in stage.stored] == [False, True, False]


@pytest.mark.parametrize(("rested", "starts"), [(True, 1), (False, 3)])
def test_after_a_failure_a_server_is_kept_only_if_it_comes_to_rest(rested: bool, starts: int) -> None:
    def prepare(server: FakeServer) -> None:
        server.rested = rested

    stage = Stage(ONE, ends={key(n): a_failure() for n in range(3)}, prepare=prepare).run()
    assert len(stage.launcher.names) == starts


def test_a_server_that_answers_nothing_but_errors_is_not_asked_to_rest() -> None:
    def prepare(server: FakeServer) -> None:
        server.unwell, server.rested = "HTTP 500", False

    stage = Stage(ONE, ends={key(n): a_failure() for n in range(3)}, prepare=prepare).run()
    assert stage.launcher.names == ["w-1"]
    assert "w-1 rests" not in stage.events


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ZeroDivisionError()])
def test_servers_are_stopped_however_the_session_ends(error: BaseException) -> None:
    stage = Stage(ONE, ends={key(1): error})
    with pytest.raises(type(error)):
        stage.run()
    assert stage.events[-1] == "w-1 stopped"
    assert [result.trial.key for result in stage.stored] == [key(0)]


def test_servers_are_stopped_when_nothing_can_be_stored() -> None:
    class FullDisk(Stage):
        def store(self, result: Result) -> None:
            raise OSError("no space left")

    stage = FullDisk(ONE)
    with pytest.raises(OSError, match="no space left"):
        stage.run()
    assert stage.events[-1] == "w-1 stopped"


@pytest.mark.parametrize("count", [0, 1, 5, 12])
def test_a_resumed_session_repeats_nothing_and_leaves_nothing_out(count: int) -> None:
    planned = trials(a_study())
    done = tuple(a_result(trial=trial) for trial in planned[:count])
    stage = Stage(a_study()).run(*done)
    assert [result.trial for result in (*done, *stage.stored)] == list(planned)


def test_a_trial_that_was_lost_in_the_middle_is_made_up_for() -> None:
    planned = trials(a_study())
    done = [a_result(trial=trial) for trial in planned if trial is not planned[4]]
    assert [result.trial for result in Stage(a_study()).run(*done).stored] == [planned[4]]


def test_a_finished_run_starts_no_server() -> None:
    stage = Stage(THREE).run(*(a_result(trial=trial) for trial in trials(THREE)))
    assert stage.events == []


def test_a_resumed_session_knows_the_hopeless_cells() -> None:
    stage = Stage(THREE).run(a_result(trial=trials(THREE)[0], failure=a_failure()))
    assert stage.kinds == ["skipped", "skipped"]
    assert stage.launcher.names == []


def test_a_skipped_cell_keeps_its_first_reason() -> None:
    stage = Stage(THREE).run(a_result(trial=trials(THREE)[0], failure=a_failure(reason="HTTP 404")))
    reasons = {result.failure.reason for result in stage.stored if result.failure}
    assert reasons == {"HTTP 404 (in block 1)"}

"""The session and the conductor beside a backend that comes and goes."""

from __future__ import annotations

import pytest

from betterworker.bench.backends import Backends
from betterworker.bench.errors import GeneratorFailure
from betterworker.bench.fleet import Fleet
from betterworker.bench.model import Failure, Result, Sample, Scenario
from betterworker.bench.plan import Agenda
from betterworker.bench.session import Session
from betterworker.bench.trial import Conductor
from tests.bench.builders import a_reply, a_sample, a_scenario, a_study, a_trial, a_worker
from tests.bench.fakes import (
    FakeBackend,
    FakeClock,
    FakeGenerator,
    FakeLauncher,
    FakeRunner,
    FakeServer,
    RecordingListener,
    a_load_report,
)

DEAD = "redis-server ended with status -9"
ROWS = ("hit:sync", "json:sync")
DIED = Failure(kind="backend", reason=f"{DEAD} during the window")


class Play:
    """A session of two rows, of which the first needs Redis; ``backend`` None: there is none."""

    def __init__(self, backend: FakeBackend | None, blocks: int = 2, **ends: Sample | Failure) -> None:
        self.stored: list[Result] = []
        self.backends = Backends()
        if backend is not None:
            self.backends.start("redis", backend)
        self.launcher = FakeLauncher()
        study = a_study(("w",), ROWS, looks=dict.fromkeys(ROWS, (blocks,)))
        Session(
            workers={"w": a_worker(name="w")},
            scenarios={
                "hit:sync": a_scenario(name="hit", needs="redis"),
                "json:sync": a_scenario(name="json"),
            },
            missing={},
            processes=2,
            fleet=Fleet(self.launcher),
            runner=FakeRunner(ends=ends),
            store=self.stored.append,
            listener=RecordingListener(),
            backends=self.backends,
        ).run(Agenda(study))

    def failures(self, scenario: str) -> list[Failure | None]:
        return [
            result.failure
            for result in self.stored
            if result.trial.worker == "w" and result.trial.scenario == scenario
        ]


def test_a_row_without_its_backend_is_skipped_quickly_and_says_so() -> None:
    play = Play(None)
    (failure,) = play.failures("hit:sync")
    assert failure is not None
    assert failure.kind == "skipped"
    assert failure.reason.startswith("skipped: no redis-server or valkey-server on this machine: install one")
    assert play.failures("json:sync") == [None, None]


def test_no_server_is_started_for_a_row_that_is_skipped() -> None:
    study = a_study(("w",), ("hit:sync",))
    launcher = FakeLauncher()
    Session(
        workers={"w": a_worker(name="w")},
        scenarios={"hit:sync": a_scenario(name="hit", needs="redis")},
        missing={},
        processes=1,
        fleet=Fleet(launcher),
        runner=FakeRunner(),
        store=lambda result: None,
        listener=RecordingListener(),
        backends=Backends(),
    ).run(Agenda(study))
    assert launcher.launched == []


def test_a_backend_that_died_is_revived_and_the_servers_are_started_anew() -> None:
    backend = FakeBackend(dies=[DEAD])
    play = Play(backend)
    assert backend.events == ["started", "revived"]
    assert play.failures("hit:sync") == [None, None]


def test_servers_that_held_connections_to_the_dead_one_are_replaced() -> None:
    class DiesLater(FakeBackend):
        asked = 0

        def lost(self) -> str | None:
            self.asked += 1
            if self.asked == 3:  # after its servers were started for the first block
                self.dies.append(DEAD)
            return super().lost()

    launcher = Play(DiesLater(), blocks=1).launcher
    assert launcher.names.count("w-1") + launcher.names.count("w#twin-1") > 2


def test_a_window_in_which_the_backend_died_does_not_end_the_workers_row() -> None:
    play = Play(FakeBackend(), blocks=3, **{"w/hit:sync/r1/b1": DIED})
    assert play.failures("hit:sync") == [DIED, None, None]


def test_a_backend_that_dies_too_often_costs_the_rest_of_its_rows() -> None:
    play = Play(FakeBackend(dies=[DEAD] * 9), blocks=3)
    kinds = [failure.kind if failure else None for failure in play.failures("hit:sync")]
    assert kinds[-1] == "skipped"
    assert play.failures("json:sync") == [None] * 3


class Bench:
    """A conductor beside one Redis, over fakes that share one clock."""

    def __init__(self, backend: FakeBackend, report: object = None, **server: object) -> None:
        self.clock = FakeClock()
        self.backend = backend
        backend.clock = self.clock
        self.server = FakeServer(clock=self.clock, **server)  # type: ignore[arg-type]
        self.generator = FakeGenerator(self.clock, report or a_load_report())  # type: ignore[arg-type]
        self.conductor = Conductor(
            self.generator,
            self.clock,
            lambda: None,
            lambda: 0.1,
            busy=lambda: 3 * self.clock.now(),
            backends={"redis": backend},
        )

    def run(self, scenario: Scenario | None = None) -> Result:
        return self.conductor.run(a_trial(), scenario or a_scenario(needs="redis"), self.server)


def test_a_window_tells_the_backends_cpu_and_connections() -> None:
    sample = Bench(FakeBackend(cpu=0.5, connections=12)).run().sample
    assert sample is not None
    assert sample.backend_cpu == pytest.approx(0.5)
    assert sample.db_connections == 12


def test_the_backends_cpu_is_not_the_others() -> None:
    """3 CPUs are busy: one of them the server, half a one the backend, and 0.4 the load."""
    sample = Bench(FakeBackend(cpu=0.5), a_load_report(cpus=0.4)).run().sample
    assert sample is not None
    assert sample.others_cpu == pytest.approx(1.1)


def test_with_a_backend_of_the_users_own_nobody_knows_what_others_used() -> None:
    sample = Bench(FakeBackend(cpu=None), a_load_report(cpus=0.4)).run().sample
    assert sample is not None
    assert (sample.backend_cpu, sample.others_cpu) == (None, None)


def test_the_connections_of_the_measured_server_are_counted() -> None:
    bench = Bench(FakeBackend(), port=8123)
    bench.run()
    assert bench.backend.counts == [8123]


def test_a_row_without_a_backend_asks_none() -> None:
    bench = Bench(FakeBackend(dies=[DEAD]))
    sample = bench.run(a_scenario()).sample
    assert sample is not None
    assert (sample.backend_cpu, sample.db_connections, bench.backend.counts) == (None, None, [])


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"replies": [a_reply(status=500)]},
        {"report": GeneratorFailure("it died")},
        {"lost_reason": "worker process 11 ended"},
    ],
    ids=["fine", "wrong answers", "no load", "server died"],
)
def test_whatever_a_window_came_to_with_a_dead_backend_it_is_the_backends(how: dict[str, object]) -> None:
    assert Bench(FakeBackend(dies=[DEAD]), **how).run().failure == DIED


def test_what_the_server_raised_in_the_warm_up_is_kept_where_a_backend_is_needed() -> None:
    bench = Bench(FakeBackend())
    bench.generator.meanwhile = lambda: setattr(bench.server, "log", "ValueError: full\n")
    sample = bench.run().sample
    assert sample is not None
    assert sample.raised == "ValueError: full"


def test_a_sample_without_a_backend_has_its_fields_empty() -> None:
    assert (a_sample().backend_cpu, a_sample().db_connections) == (None, None)

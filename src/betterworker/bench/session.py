"""The session: takes Blocks in the order the plan gives, and stores each Result before the next Trial."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from betterworker.bench.errors import ServerFailure
from betterworker.bench.fleet import Fleet
from betterworker.bench.model import Failure, Result, Scenario, Trial, Worker, worker_name
from betterworker.bench.plan import Agenda, Block
from betterworker.bench.ports import Backing, Clock, LiveServer


class Listener(Protocol):
    """Who is told how the session goes: the progress bar, or nobody."""

    def plans(self, most_s: float) -> None: ...
    def begins(self, trial: Trial) -> None: ...
    def ends(self, result: Result) -> None: ...


class TrialRunner(Protocol):
    """What the session needs of `trial.Conductor`."""

    clock: Clock

    def run(self, trial: Trial, scenario: Scenario, server: LiveServer) -> Result: ...


def as_it_is(result: Result) -> Result:
    """Nothing is hidden."""
    return result


@dataclass(slots=True, kw_only=True)
class Session:
    """``workers`` go by their names (not slots); ``missing`` says why one cannot be started here (name ->
    reason); ``processes`` is what each is asked for; ``store`` puts a Result where nothing can lose it;
    ``backends`` are what scenarios need (None where none of them needs any); ``unable`` says why a scenario
    cannot be measured here (scenario key -> reason); ``as_stored`` hides what nobody may read in a Result."""

    workers: Mapping[str, Worker]
    scenarios: Mapping[str, Scenario]
    missing: Mapping[str, str]
    processes: int
    fleet: Fleet
    runner: TrialRunner
    store: Callable[[Result], None]
    listener: Listener
    backends: Backing | None = None
    unable: Mapping[str, str] = field(default_factory=dict)
    as_stored: Callable[[Result], Result] = as_it_is
    unclean: set[tuple[str, int]] = field(default_factory=set)

    def run(self, agenda: Agenda, done: Iterable[Result] = ()) -> None:
        """Run what is not done yet. Servers are stopped at the end, however it comes."""
        finished = {result.trial.key: result for result in done}
        try:
            while (block := agenda.block) is not None:
                if any(trial.key not in finished for trial in block):
                    self.listener.plans(agenda.most_s())
                agenda.learn(self._block(block, finished))
        finally:
            self.fleet.stop_all()

    def _block(self, block: Block, finished: Mapping[str, Result]) -> list[Result]:
        begin = self.runner.clock.now()
        todo = [trial for trial in block if trial.key not in finished and self._worker(trial) is not None]
        if todo and self._unbacked(todo[0]) is None:
            wanted = {trial.worker: self.workers[worker_name(trial.worker)] for trial in todo}
            self.fleet.prepare(tuple(wanted.items()), todo[0].round)
        start_s = self.runner.clock.now() - begin
        results = []
        for trial in block:
            if trial.key in finished:
                results.append(finished[trial.key])
                continue
            results.append(self._one(trial, start_s))
            start_s = 0.0
        return results

    def _one(self, trial: Trial, start_s: float) -> Result:
        """``start_s`` is what the servers of its block took to start, told with the block's first trial."""
        self.listener.begins(trial)
        worker = self._worker(trial)
        if worker is None:
            result = failed(
                trial, Failure(kind="not_installed", reason=self.missing[worker_name(trial.worker)])
            )
        elif reason := self._unbacked(trial):
            result = failed(trial, Failure(kind="skipped", reason=f"skipped: {reason}"))
        else:
            result = self._with_server(trial, worker, start_s)
        result = self.as_stored(result)
        self.store(result)
        self.listener.ends(result)
        return result

    def _unbacked(self, trial: Trial) -> str | None:
        """Why what a trial needs is not there, or None. A backend that has died is started again."""
        if trial.scenario in self.unable:
            return self.unable[trial.scenario]
        need = self.scenarios[trial.scenario].needs
        if need is None or self.backends is None:
            return None
        if self.backends.mend(need):
            self.fleet.stop_all()  # they may hold connections to the dead one
        return self.backends.skip(need)

    def _worker(self, trial: Trial) -> Worker | None:
        """None when it cannot be started here."""
        name = worker_name(trial.worker)
        return None if name in self.missing else self.workers[name]

    def _with_server(self, trial: Trial, worker: Worker, start_s: float) -> Result:
        begin = self.runner.clock.now()
        scenario = self.scenarios[trial.scenario]
        made_room = trial.worker in self.fleet.made_room
        try:
            server = self.fleet.get(trial.worker, worker, trial.round, trial.load.connections, scenario.needs)
        except ServerFailure as error:
            failure = Failure(kind="start", reason=f"did not start: {error.reason}", log_tail=error.log_tail)
            return failed(trial, failure, start_s + self.runner.clock.now() - begin)
        start_s += self.runner.clock.now() - begin
        result = self.runner.run(trial, scenario, server)
        if made_room and result.sample is not None and is_clean(result, server) and not server.lost():
            # In a first window it opens again what it had to give up, and the others of its block have.
            start_s += sum(result.spent_s.values())
            result = self.runner.run(trial, scenario, server)
        life = (trial.worker, trial.round)
        result = replace(
            result,
            spent_s={"start": start_s, **result.spent_s},
            restarted=life in self.unclean,
            made_room=made_room,
            processes_asked=worker.own_processes or self.processes,
            command=server.command,
            asked=server.asked,
            in_force=server.in_force,
        )
        self.unclean.discard(life)
        if server.lost() or not is_clean(result, server):
            self.fleet.discard(trial.worker)
            self.unclean.add(life)
        return result


def is_clean(result: Result, server: LiveServer) -> bool:
    """Whether nothing of this trial can leak into the next one on the same server."""
    if result.sample is not None:
        return result.sample.rested
    return server.unwell is not None or server.rest()


def failed(trial: Trial, failure: Failure, start_s: float = 0.0) -> Result:
    """The Result of a trial that never met a server."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return Result(trial=trial, started_at=now, spent_s={"start": start_s}, failure=failure)

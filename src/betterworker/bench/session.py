"""The session: takes Trials in the order the plan gives, and stores each Result before the next starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from betterworker.bench.errors import ServerFailure
from betterworker.bench.fleet import Fleet
from betterworker.bench.model import Failure, Result, Scenario, Trial, Worker
from betterworker.bench.plan import Block
from betterworker.bench.ports import Clock, LiveServer


class Listener(Protocol):
    """Who is told how the session goes: the progress bar, or nobody."""

    def begins(self, trial: Trial) -> None: ...
    def ends(self, result: Result) -> None: ...


class TrialRunner(Protocol):
    """What the session needs of `trial.Conductor`."""

    clock: Clock

    def run(self, trial: Trial, scenario: Scenario, server: LiveServer) -> Result: ...


@dataclass(slots=True, kw_only=True)
class Session:
    """``missing`` says why a worker cannot be started here (name -> reason); ``processes`` is what
    each worker is asked for; ``store`` puts a Result where nothing can lose it."""

    workers: Mapping[str, Worker]
    scenarios: Mapping[str, Scenario]
    missing: Mapping[str, str]
    processes: int
    fleet: Fleet
    runner: TrialRunner
    store: Callable[[Result], None]
    listener: Listener
    hopeless: dict[tuple[str, str], str] = field(default_factory=dict)
    unclean: set[tuple[str, int]] = field(default_factory=set)

    def run(self, blocks: Iterable[Block], done: Iterable[Result] = ()) -> None:
        """Run what is not done yet. Servers are stopped at the end, however it comes."""
        finished = {result.trial.key: result for result in done}
        for result in finished.values():
            self._learn(result)
        try:
            for block in blocks:
                for trial in block:
                    if trial.key not in finished:
                        self._one(trial)
        finally:
            self.fleet.stop_all()

    def _one(self, trial: Trial) -> None:
        self.listener.begins(trial)
        result = self._without_server(trial) or self._with_server(trial)
        self._learn(result)
        self.store(result)
        self.listener.ends(result)

    def _without_server(self, trial: Trial) -> Result | None:
        """A trial that needs no server to know how it ends."""
        if trial.worker in self.missing:
            return failed(trial, Failure(kind="not_installed", reason=self.missing[trial.worker]))
        known = self.hopeless.get((trial.worker, trial.scenario))
        return failed(trial, Failure(kind="skipped", reason=known)) if known else None

    def _with_server(self, trial: Trial) -> Result:
        worker = self.workers[trial.worker]
        begin = self.runner.clock.now()
        try:
            server = self.fleet.get(worker, trial.block)
        except ServerFailure as error:
            failure = Failure(kind="start", reason=f"did not start: {error.reason}", log_tail=error.log_tail)
            return failed(trial, failure, self.runner.clock.now() - begin)
        start_s = self.runner.clock.now() - begin
        result = self.runner.run(trial, self.scenarios[trial.scenario], server)
        result = replace(
            result,
            spent_s={"start": start_s, **result.spent_s},
            restarted=(trial.worker, trial.block) in self.unclean,
            processes_asked=self.processes,
            command=server.command,
        )
        self.unclean.discard((trial.worker, trial.block))
        if server.lost() or not is_clean(result, server):
            self.fleet.discard(worker, trial.block)
            self.unclean.add((trial.worker, trial.block))
        return result

    def _learn(self, result: Result) -> None:
        cell = (result.trial.worker, result.trial.scenario)
        if result.failure and result.failure.kind == "wrong_answer":
            self.hopeless[cell] = f"{result.failure.reason} (in block {result.trial.block})"


def is_clean(result: Result, server: LiveServer) -> bool:
    """Whether nothing of this trial can leak into the next one on the same server."""
    if result.sample is not None:
        return result.sample.rested
    return server.unwell is not None or server.rest()


def failed(trial: Trial, failure: Failure, start_s: float = 0.0) -> Result:
    """The Result of a trial that never met a server."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return Result(trial=trial, started_at=now, spent_s={"start": start_s}, failure=failure)

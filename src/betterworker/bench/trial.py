"""One Trial to one Result: verify, drive, meter, rest. Receives its server and generator."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from betterworker.bench.errors import GeneratorFailure
from betterworker.bench.load.generator import Drive
from betterworker.bench.load.spec import FirstReply, LoadReport, LoadSpec
from betterworker.bench.meter import Usage
from betterworker.bench.model import (
    Failure,
    FailureKind,
    Reply,
    Result,
    Sample,
    Scenario,
    Trial,
)
from betterworker.bench.probe import UNANSWERED
from betterworker.bench.server import last_exception

# A burst of connections against a short backlog would measure SYN retries: spread them a little.
RAMP_PER_CONNECTION_S = 0.0005
VERIFIERS = 2


class Clock(Protocol):
    """Time as the trial sees it; a fake one ships with the tests."""

    def now(self) -> float: ...
    def sleep_until(self, moment: float) -> None: ...


class LiveServer(Protocol):
    """What a trial needs of a server."""

    pids: frozenset[int]
    unwell: str | None

    @property
    def command(self) -> tuple[str, ...]: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    def get_all(self, path: str, count: int, timeout_s: float) -> list[Reply]: ...
    def usage(self) -> Usage: ...
    def rest(self) -> bool: ...
    def lost(self) -> str | None: ...
    def log_size(self) -> int: ...
    def log_since(self, position: int) -> str: ...
    def log_tail(self) -> str: ...


class LoadDriver(Protocol):
    """What a trial needs of the generator."""

    def begin(self, drive: Drive) -> LoadSpec: ...
    def finish(self) -> LoadReport: ...


class Spoiled(Exception):
    """This trial has no Sample; carries the Failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Reading:
    """The server's usage at a moment of the clock."""

    at: float
    usage: Usage


@dataclass(slots=True)
class Stopwatch:
    """Wall time by phase, in seconds."""

    clock: Clock
    spent: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        begin = self.clock.now()
        try:
            yield
        finally:
            self.spent[name] = self.spent.get(name, 0.0) + self.clock.now() - begin


@dataclass(slots=True)
class Conductor:
    """Runs trials. ``steal`` reads (seconds of steal, total CPU seconds), or None where it cannot;
    ``lengths`` are the verified answers' body lengths by (worker, scenario)."""

    generator: LoadDriver
    clock: Clock
    steal: Callable[[], tuple[float, float] | None]
    load_average: Callable[[], float | None]
    lengths: dict[tuple[str, str], int] = field(default_factory=dict)

    def verify(self, scenario: Scenario, server: LiveServer, timeout_s: float) -> int:
        """Ask before any load, and check whole answers. Returns the length of a right body.

        Two requests at once: what serves one request at a time only (async views in one greenlet's
        thread) does not serve the row.
        """
        position = server.log_size()
        try:
            replies = server.get_all(scenario.path, VERIFIERS, timeout_s)
        except UNANSWERED as error:
            reason = f"no answer: {type(error).__name__}: {error}"
            raise Spoiled(self._failure("wrong_answer", reason, server)) from error
        for reply in replies:
            if wrong := scenario.check(reply):
                raised = last_exception(server.log_since(position)) if reply.status >= 500 else None
                reason = f"{wrong}: {raised}" if raised else wrong
                raise Spoiled(self._failure("wrong_answer", reason, server))
        lengths = {len(reply.body) for reply in replies}
        if len(lengths) > 1:
            reason = f"answers of different lengths: {', '.join(map(str, sorted(lengths)))} bytes"
            raise Spoiled(self._failure("wrong_answer", reason, server))
        return lengths.pop()

    def run(self, trial: Trial, scenario: Scenario, server: LiveServer) -> Result:
        """Measure one window, after one verification for each worker and scenario."""
        watch = Stopwatch(self.clock)
        started = datetime.now(UTC).isoformat(timespec="milliseconds")
        sample: Sample | None = None
        failure: Failure | None = None
        try:
            cell = (trial.worker, trial.scenario)
            if cell not in self.lengths:
                with watch.phase("verify"):
                    self.lengths[cell] = self.verify(scenario, server, trial.timeout_s)
            sample = self._measure(trial, scenario, server, self.lengths[cell], watch)
        except Spoiled as spoiled:
            failure = spoiled.failure
        return Result(trial=trial, started_at=started, spent_s=watch.spent, sample=sample, failure=failure)

    def _measure(
        self, trial: Trial, scenario: Scenario, server: LiveServer, length: int, watch: Stopwatch
    ) -> Sample:
        drive = drive_of(trial, scenario, server, length)
        position = server.log_size()
        steal = self.steal()
        try:
            with watch.phase("warmup"):
                spec = self.generator.begin(drive)
                self.clock.sleep_until(spec.window_start_ns / 1e9)
            with watch.phase("window"):
                readings = self._read_window(spec, server)
            with watch.phase("drain"):
                report = self.generator.finish()
        except GeneratorFailure as error:
            raise Spoiled(Failure(kind="generator", reason=f"no load: {error}")) from error
        lost = server.lost()
        if lost:
            raise Spoiled(self._failure("died", f"died: {lost} during the window", server))
        with watch.phase("rest"):
            rested = server.rest()
        sample = sample_of(report, readings, scenario)
        return replace(
            sample,
            processes=len(server.pids) or None,
            steal=share_of_steal(steal, self.steal()),
            load_average=self.load_average(),
            raised=last_exception(server.log_since(position)) if sample.outcomes.bad_status else None,
            rested=rested,
        )

    def _read_window(self, spec: LoadSpec, server: LiveServer) -> tuple[Reading, ...]:
        """Readings at the window's start, middle and end: CPU from the outer two, memory from all."""
        start, end = spec.window_start_ns / 1e9, spec.window_end_ns / 1e9
        readings = []
        for moment in (start, (start + end) / 2, end):
            self.clock.sleep_until(moment)
            readings.append(Reading(self.clock.now(), server.usage()))
        return tuple(readings)

    @staticmethod
    def _failure(kind: FailureKind, reason: str, server: LiveServer) -> Failure:
        return Failure(kind=kind, reason=reason, log_tail=server.log_tail())


def drive_of(trial: Trial, scenario: Scenario, server: LiveServer, length: int) -> Drive:
    """The connections start one after the other over the view's own delay, so that it has no rounds."""
    connections = trial.load.connections
    return Drive(
        host=server.host,
        port=server.port,
        path=scenario.path,
        connections=connections,
        warmup_s=trial.warmup_s,
        window_s=trial.window_s,
        timeout_s=trial.timeout_s,
        ramp_s=max(scenario.delay_s, connections * RAMP_PER_CONNECTION_S),
        length=length,
    )


def sample_of(report: LoadReport, readings: Sequence[Reading], scenario: Scenario) -> Sample:
    """What the generator counted beside what the server used."""
    first, last = readings[0], readings[-1]
    window_s = report.window_ns / 1e9
    spent = last.usage.spent_since(first.usage)
    # The readings are taken a little late; CPU time is put in proportion to the window.
    scale = window_s / (last.at - first.at)
    total = sum(spent.values())
    sizes = [reading.usage.pss_mb for reading in readings if reading.usage.pss_mb is not None]
    return Sample(
        window_s=window_s,
        completed=report.completed,
        outcomes=report.outcomes,
        latency=report.latency,
        reconnects=report.reconnects,
        errors=report.errors,
        first_reply_wrong=scenario.check(reply_of(report.first)) if report.first else None,
        generator_cpu=report.cpu,
        generator_lag_ms=report.lag_ms,
        server_cpu_s=total * scale if spent else None,
        peak_pss_mb=max(sizes, default=None),
        threads=max(reading.usage.threads for reading in readings) or None,
        shares=tuple(sorted((cpu / total for cpu in spent.values()), reverse=True)) if total else (),
    )


def reply_of(first: FirstReply) -> Reply:
    return Reply(status=first.status, headers=dict(first.headers), body=base64.b64decode(first.body))


def share_of_steal(before: tuple[float, float] | None, after: tuple[float, float] | None) -> float | None:
    """The fraction of all CPU time between two readings that the hypervisor gave to others."""
    if before is None or after is None or after[1] <= before[1]:
        return None
    return (after[0] - before[0]) / (after[1] - before[1])

"""One Trial to one Result: verify, drive, meter, rest. Receives its server and generator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from betterworker.bench.errors import GeneratorFailure, ServerFailure
from betterworker.bench.load.spec import LoadSpec
from betterworker.bench.log_lines import last_exception
from betterworker.bench.model import (
    BackendName,
    Failure,
    FailureKind,
    Reply,
    Request,
    Result,
    Sample,
    Scenario,
    Trial,
    Variant,
)
from betterworker.bench.ports import Backend, Clock, LiveServer, LoadDriver
from betterworker.bench.probe import UNANSWERED
from betterworker.bench.requested import Asked, Headers, looked_at, requests_of, sent
from betterworker.bench.sampling import Reading, backend_cpu, drive_of, sample_of, share_of_steal

VERIFIERS = 2
SLICE_S = 0.02
LONG_S = 1.0

Dress = Callable[[str, LiveServer], Headers]
"""The headers of a log-in, by slot and live server. Raises ServerFailure where there is no logging in."""
Cell = tuple[str, str, Request, bool]
"""What is verified once: slot, path, request, and whether its right answers differ in length."""


class Spoiled(Exception):
    """This trial has no Sample; carries the Failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


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


@contextmanager
def counting(backend: Backend | None, port: int) -> Iterator[list[int]]:
    """A list that holds, afterwards, the most connections that the backend had for the server on that port,
    where it counts them."""
    found: list[int] = []
    if backend is None:
        yield found
        return
    backend.count(port)
    try:
        yield found
    finally:
        counted = backend.counted()
        found.extend([] if counted is None else [counted])


@dataclass(slots=True)
class Conductor:
    """Runs trials. ``steal`` reads (seconds of steal, total CPU seconds), ``busy`` the CPU seconds that the
    machine but for this program has been busy; either is None where it cannot be read. ``lengths`` are those
    of verified bodies (None: any will do); ``backends`` are those that scenarios need; ``dress`` logs in to a
    project."""

    generator: LoadDriver
    clock: Clock
    steal: Callable[[], tuple[float, float] | None]
    load_average: Callable[[], float | None]
    busy: Callable[[], float | None] = lambda: None
    lengths: dict[Cell, int | None] = field(default_factory=dict)
    backends: Mapping[BackendName, Backend] = field(default_factory=dict)
    dress: Dress = lambda _slot, _server: ()

    def verify(self, asked: Asked, server: LiveServer, timeout_s: float) -> int | None:
        """Ask before any load, and check whole answers. Returns the length of a right body.

        Two requests at once: what serves one request at a time only (async views in one greenlet's
        thread) does not serve the row.
        """
        position = server.log_size()
        variant = asked.variant
        try:
            replies = server.get_all(variant.path, VERIFIERS, timeout_s, variant.request)
        except UNANSWERED as error:
            raise self._wrong(asked, f"no answer: {type(error).__name__}: {error}", server) from error
        for reply in replies:
            if wrong := variant.check(reply):
                raised = last_exception(server.log_since(position)) if reply.status >= 500 else None
                raise self._wrong(asked, f"{wrong}: {raised}" if raised else wrong, server)
        return None if variant.varies else self._length(asked, replies, server)

    def _length(self, asked: Asked, replies: Sequence[Reply], server: LiveServer) -> int:
        lengths = {len(reply.body) for reply in replies}
        if len(lengths) > 1:
            shown = ", ".join(map(str, sorted(lengths)))
            raise self._wrong(asked, f"answers of different lengths: {shown} bytes", server)
        return lengths.pop()

    def _wrong(self, asked: Asked, reason: str, server: LiveServer) -> Spoiled:
        return Spoiled(self._failure("wrong_answer", asked.told(reason), server))

    def run(self, trial: Trial, scenario: Scenario, server: LiveServer) -> Result:
        """Measure one window, after one verification for each slot and request."""
        watch = Stopwatch(self.clock)
        started = datetime.now(UTC).isoformat(timespec="milliseconds")
        sample: Sample | None = None
        failure: Failure | None = None
        try:
            asked = self._asked(trial, scenario, server, watch)
            sample = self._measure(trial, scenario, server, asked, watch)
        except Spoiled as spoiled:
            failure = spoiled.failure
        if (backend := self._backend(scenario)) and (lost := backend.lost()):
            # Whatever the server made of it was not its fault.
            sample, failure = None, Failure(kind="backend", reason=f"{lost} during the window")
        return Result(trial=trial, started_at=started, spent_s=watch.spent, sample=sample, failure=failure)

    def _asked(
        self, trial: Trial, scenario: Scenario, server: LiveServer, watch: Stopwatch
    ) -> tuple[Asked, ...]:
        """All that the trial sends. Of many values of one name only some are verified."""
        variants = requests_of(trial, scenario)
        extra = self._dress(trial.worker, variants, server)
        some = looked_at(variants, scenario)
        asked = []
        for place, variant in enumerate(variants):
            one = sent(variant, scenario, extra)
            cell = (trial.worker, variant.path, variant.request, one.variant.varies)
            if place in some and cell not in self.lengths:
                with watch.phase("verify"):
                    self.lengths[cell] = self.verify(one, server, trial.timeout_s)
            asked.append(replace(one, length=self.lengths.get(cell)))
        return tuple(asked)

    def _dress(self, slot: str, variants: Sequence[Variant], server: LiveServer) -> Headers:
        if all(variant.request.anonymous for variant in variants):
            return ()
        try:
            return self.dress(slot, server)
        except ServerFailure as error:
            failure = Failure(kind="wrong_answer", reason=error.reason, log_tail=error.log_tail)
            raise Spoiled(failure) from error

    def _measure(
        self,
        trial: Trial,
        scenario: Scenario,
        server: LiveServer,
        asked: Sequence[Asked],
        watch: Stopwatch,
    ) -> Sample:
        drive = drive_of(trial, scenario, server, asked)
        position = server.log_size()
        steal = self.steal()
        try:
            with watch.phase("warmup"):
                spec = self.generator.begin(drive)
                self.clock.sleep_until(spec.window_start_ns / 1e9)
            with watch.phase("window"), counting(self._backend(scenario), server.port) as connections:
                readings = self._read_window(spec, scenario, server)
            with watch.phase("drain"):
                report = self.generator.finish()
        except GeneratorFailure as error:
            raise Spoiled(Failure(kind="generator", reason=f"no load: {error}")) from error
        lost = server.lost()
        if lost:
            raise Spoiled(self._failure("died", f"died: {lost} during the window", server, position))
        with watch.phase("rest"):
            rested = server.rest()
        sample = sample_of(report, readings, asked)
        return replace(
            sample,
            server_age_s=None if server.ready_at is None else spec.window_start_ns / 1e9 - server.ready_at,
            processes=len(server.pids) or None,
            steal=share_of_steal(steal, self.steal()),
            load_average=self.load_average(),
            # A database may have been out of connections in the warm-up already.
            raised=last_exception(server.log_since(position))
            if sample.outcomes.bad_status or scenario.needs
            else None,
            rested=rested,
            db_connections=next(iter(connections), None),
            backend_cpu=backend_cpu(readings) if self._backend(scenario) else None,
        )

    def _read_window(self, spec: LoadSpec, scenario: Scenario, server: LiveServer) -> tuple[Reading, ...]:
        """Readings at the window's start and end, and in the middle of a long one.

        Memory is not read at the start, nor inside a short window: that takes some ms of the CPU which the
        load needs. A window that is ended early has its last reading then.
        """
        start, end = spec.window_start_ns / 1e9, spec.window_end_ns / 1e9
        middle = [(start + end) / 2] if end - start >= LONG_S else []
        readings = []
        for moment in (start, *middle, end):
            ended = self._wait(moment, watched=spec.max_backlog is not None)
            readings.append(self._reading(scenario, server, memory=moment > start))
            if ended:
                break
        return tuple(readings)

    def _reading(self, scenario: Scenario, server: LiveServer, *, memory: bool) -> Reading:
        backend = self._backend(scenario)
        backend_s = backend.cpu_s() if backend else 0.0
        return Reading(self.clock.now(), server.usage(memory=memory), self.busy(), backend_s)

    def _backend(self, scenario: Scenario) -> Backend | None:
        return self.backends.get(scenario.needs) if scenario.needs else None

    def _wait(self, moment: float, *, watched: bool) -> bool:
        """Until the moment, or until the load has ended before it. Whether it has ended."""
        while watched and self.clock.now() < moment - SLICE_S:
            self.clock.sleep_until(self.clock.now() + SLICE_S)
            if self.generator.done():
                return True
        self.clock.sleep_until(moment)
        return False

    @staticmethod
    def _failure(kind: FailureKind, reason: str, server: LiveServer, position: int | None = None) -> Failure:
        return Failure(kind=kind, reason=reason, log_tail=server.log_tail(position))

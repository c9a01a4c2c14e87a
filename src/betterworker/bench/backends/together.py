"""All backends of a study: started for it, started again when they die, and stopped at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from betterworker.bench.backends import postgres, programs, redis
from betterworker.bench.backends.finding import ABSENT
from betterworker.bench.backends.given import OwnPostgres, OwnRedis
from betterworker.bench.backends.postgres import LocalPostgres
from betterworker.bench.backends.redis import LocalRedis
from betterworker.bench.backends.urls import Given
from betterworker.bench.errors import BenchError, ServerFailure
from betterworker.bench.model import BackendName, Study
from betterworker.bench.ports import Backend

MOST_REVIVALS = 3
#: Empty: none. A study must not reach what its user's shell happens to name.
NONE = {redis.URL: "", postgres.URL: ""}


class Startable(Backend, Protocol):
    """What is needed on top of what a trial needs."""

    @property
    def env(self) -> Mapping[str, str]: ...
    def start(self) -> None: ...
    def revive(self) -> None: ...
    def stop(self) -> None: ...


class Backends:
    """``live`` are those that were started, ``missing`` says why another's rows cannot be measured.

    ``prepare`` fills them with the site's data; it is called again after each revival.
    """

    def __init__(self, prepare: Callable[[], None] = lambda: None) -> None:
        self.live: dict[BackendName, Startable] = {}
        self.missing: dict[BackendName, str] = {}
        self.prepare = prepare
        self.revivals: Counter[BackendName] = Counter()

    @property
    def env(self) -> dict[str, str]:
        """For the site's servers."""
        env = dict(NONE)
        for backend in self.live.values():
            env |= backend.env
        return env

    def start(self, name: BackendName, backend: Startable) -> None:
        """One that does not start is missing."""
        try:
            backend.start()
        except ServerFailure as error:
            self.missing[name] = f"it did not start: {error.reason}"
        else:
            self.live[name] = backend

    def stop(self) -> None:
        """All of them, whatever one of them raises. Raises BenchError."""
        errors = []
        while self.live:
            try:
                self.live.popitem()[1].stop()
            except BenchError as error:
                errors.append(error)
        if errors:
            raise errors[0]

    def skip(self, name: BackendName) -> str | None:
        """Why nothing that needs it can be measured, or None."""
        return self.missing.get(name) if name in self.missing or name in self.live else ABSENT[name]

    def mend(self, name: BackendName) -> bool:
        """Start it again if it has died, three times in a study. Whether it was."""
        backend = self.live.get(name)
        if backend is None or name in self.missing:
            return False
        lost = backend.lost()
        if lost is None:
            return False
        if self.revivals[name] == MOST_REVIVALS:
            self.missing[name] = f"{lost}, and had been started again {MOST_REVIVALS} times"
            return False
        self.revivals[name] += 1
        try:
            backend.revive()
            self.prepare()
        except BenchError as error:
            self.missing[name] = f"{lost}, and could not be started again: {error}"
            return False
        return True


@contextmanager
def started(study: Study, given: Given, *, logs: Path) -> Iterator[Backends]:
    """What a study's rows need, started; afterwards nothing of it is left."""
    backends = Backends()
    try:
        for name in ABSENT:
            if (
                study.backends.get(name) is not None
                and (backend := _made(name, given, study.load_cpus, logs)) is not None
            ):
                backends.start(name, backend)
        yield backends
    finally:
        backends.stop()


@contextmanager
def owned(given: Given, *, logs: Path) -> Iterator[Backends]:
    """The user's own alone. Raises ServerFailure where one does not answer."""
    backends = Backends()
    own: dict[BackendName, str | None] = {"redis": given.redis_url, "postgres": given.database_url}
    try:
        for name, url in own.items():
            if url is not None and (backend := _made(name, given, (), logs)) is not None:
                backends.start(name, backend)
        for why in backends.missing.values():
            raise ServerFailure(why)
        yield backends
    finally:
        backends.stop()


def _made(name: BackendName, given: Given, cpus: tuple[int, ...], logs: Path) -> Startable | None:
    log = logs / f"{name}.log"
    if name == "redis":
        if given.redis_url is not None:
            return OwnRedis(given.redis_url, log)
        program = programs.redis()
        return LocalRedis(program, cpus, log) if program else None
    if given.database_url is not None:
        return OwnPostgres(given.database_url, log)
    program = programs.postgres()
    return LocalPostgres(program, cpus, log) if program else None

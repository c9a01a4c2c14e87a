"""The user's own Redis and PostgreSQL: used, never started, and left as they were."""

from __future__ import annotations

import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path

from betterworker.bench import probe
from betterworker.bench.backends import cleaner, postgres, redis
from betterworker.bench.backends.counting import Counted, Counter
from betterworker.bench.backends.local import HOST
from betterworker.bench.backends.urls import POSTGRES_OPTION, REDIS_OPTION, in_schema
from betterworker.bench.errors import BenchError, ServerFailure
from betterworker.bench.server import Guarded, Start

#: Somebody may be starting it again.
PATIENCE_S = 10.0


class Own(Counted, ABC):
    """Whatever is put into it is removed by a cleaner, which outlives even a killed program."""

    def __init__(self, option: str, log: Path) -> None:
        self.option = option
        self.log = log
        self.cleaner: Guarded | None = None

    @property
    @abstractmethod
    def env(self) -> Mapping[str, str]:
        """What the site's servers need in order to find it."""

    @property
    @abstractmethod
    def leaves(self) -> Mapping[str, str]:
        """What the cleaner is to remove, as its environment."""

    @abstractmethod
    def open(self) -> None:
        """Raises ConnectionError."""

    @abstractmethod
    def ask(self) -> None:
        """Raises ConnectionError where it does not answer."""

    def start(self) -> None:
        """Raises ServerFailure."""
        self.cleaner = self._cleaner()
        try:
            self.open()
        except ConnectionError as error:
            self.stop()
            raise ServerFailure(self._silent(error)) from error

    def stop(self) -> None:
        """Raises BenchError where something could not be removed."""
        if self.cleaner is None:
            return
        guarded, self.cleaner = self.cleaner, None
        guarded.stop()
        if guarded.process.returncode:
            raise BenchError(
                f"What was put into the backend of {self.option} is still there: "
                + guarded.log_tail().rpartition("\n")[2]
            )

    def revive(self) -> None:
        """Wait for it to come back. Raises ServerFailure."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.open()
            except ConnectionError as error:
                if time.monotonic() > deadline:
                    raise ServerFailure(self._silent(error)) from error
                time.sleep(0.2)
            else:
                return

    def lost(self) -> str | None:
        """Why it can no longer be used, or None."""
        try:
            self.ask()
        except ConnectionError as error:
            return self._silent(error)
        return None

    def cpu_s(self) -> float | None:
        """Not known: it may run anywhere."""
        return None

    def _silent(self, error: Exception) -> str:
        return f"the backend of {self.option} does not answer: {error}"

    def _cleaner(self) -> Guarded:
        """One that is ready to be told: before that, a signal would end it."""
        command = (sys.executable, "-P", "-m", cleaner.__name__)
        port = probe.free_port(HOST)  # it listens nowhere
        guarded = Guarded(
            Start(command=command, host=HOST, port=port, cpus=(), log=self.log, env=self.leaves)
        )
        deadline = time.monotonic() + PATIENCE_S
        while cleaner.READY not in guarded.log_since(guarded.log_begin):
            if not guarded.alive or time.monotonic() > deadline:
                guarded.stop()
                raise ServerFailure(f"nobody to clean up the backend of {self.option}", guarded.log_tail())
            time.sleep(0.01)
        return guarded


class OwnRedis(Own):
    """Keys of a prefix of its own, with timeouts."""

    def __init__(self, url: str, log: Path) -> None:
        super().__init__(REDIS_OPTION, log)
        self.url = url
        self.prefix = redis.new_prefix()

    @property
    def env(self) -> Mapping[str, str]:
        return {redis.URL: self.url, redis.PREFIX: self.prefix}

    @property
    def leaves(self) -> Mapping[str, str]:
        return self.env

    def open(self) -> None:
        redis.answering(self.url)

    def ask(self) -> None:
        redis.answering(self.url)


class OwnPostgres(Own):
    """A schema of its own."""

    def __init__(self, url: str, log: Path) -> None:
        super().__init__(POSTGRES_OPTION, log)
        self.url = url
        self.schema = postgres.new_schema()
        self.watch = postgres.Watch(url, postgres.NAMED)
        self.counter = Counter(self.watch.read)

    @property
    def env(self) -> Mapping[str, str]:
        return {postgres.URL: in_schema(self.url, self.schema)}

    @property
    def leaves(self) -> Mapping[str, str]:
        return {postgres.URL: self.url, cleaner.SCHEMA: self.schema}

    def open(self) -> None:
        postgres.make_schema(self.url, self.schema)
        self.watch.open()

    def ask(self) -> None:
        self.watch.read("")

    def stop(self) -> None:
        self.counted()
        self.watch.close()
        super().stop()

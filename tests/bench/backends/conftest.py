from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from betterworker.bench.backends import given, local, programs
from betterworker.bench.backends.local import Local
from betterworker.bench.backends.postgres import LocalPostgres
from betterworker.bench.backends.programs import Program
from betterworker.bench.backends.redis import LocalRedis
from tests.patience import PATIENCE_S

#: Set where a missing backend is a mistake (see .ci/run).
CI = "BETTERWORKER_BACKENDS_INSTALLED"


def needed(program: Program | None, name: str) -> Program:
    """The program; without it the test is skipped, but where it was installed for the tests."""
    if program is not None:
        return program
    reason = f"no {name} on this machine"
    if os.environ.get(CI):
        pytest.fail(f"{reason}, but {CI} says that it was to be installed")
    pytest.skip(reason)


def a_redis(log: Path) -> LocalRedis:
    return LocalRedis(needed(programs.redis(), "redis-server or valkey-server"), (), log)


def a_postgres(log: Path, **options: int) -> LocalPostgres:
    return LocalPostgres(needed(programs.postgres(), "PostgreSQL"), (), log, **options)


@pytest.fixture(autouse=True, scope="package")
def _patient() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local, "READY_S", PATIENCE_S)
        patch.setattr(given, "PATIENCE_S", PATIENCE_S)
        yield


@pytest.fixture
def starts(tmp_path: Path) -> Iterator[Callable[[Local], Local]]:
    """Starts a backend; it is stopped after the test."""
    with ExitStack() as stack:

        def start(backend: Local) -> Local:
            stack.callback(backend.stop)
            backend.start()
            return backend

        yield start


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPostgres]:
    """One for all tests of a module."""
    backend = a_postgres(tmp_path_factory.mktemp("postgres") / "postgres.log")
    backend.start()
    yield backend
    backend.stop()


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRedis]:
    backend = a_redis(tmp_path_factory.mktemp("redis") / "redis.log")
    backend.start()
    yield backend
    backend.stop()

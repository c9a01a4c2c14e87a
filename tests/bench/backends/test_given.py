"""A Redis and a PostgreSQL that hold other people's data: used, and left as they were."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from redis import Redis

from betterworker.bench import server
from betterworker.bench.backends import Given, find
from betterworker.bench.backends import redis as redis_module
from betterworker.bench.backends.given import OwnPostgres, OwnRedis
from betterworker.bench.backends.postgres import URL, LocalPostgres
from betterworker.bench.backends.redis import LocalRedis
from betterworker.bench.backends.together import owned
from betterworker.bench.errors import BenchError, ServerFailure
from betterworker.bench.target import SITE, environment, prepare
from tests.bench.waiting import until
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.servers

SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'betterworker%'"
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname LIKE 'betterworker%'"


@pytest.fixture
def database_url(postgres: LocalPostgres) -> Iterator[str]:
    """Of the user's PostgreSQL, with a table of theirs."""
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS theirs AS SELECT 1 AS n")
    yield postgres.url
    assert ask(postgres.url, "SELECT n FROM theirs") == [(1,)]


@pytest.fixture
def redis_url(redis: LocalRedis) -> Iterator[str]:
    """Of the user's Redis, with a key of theirs."""
    url = redis.env[redis_module.URL]
    with Redis.from_url(url) as client:
        client.set("theirs", "kept")
        yield url
        assert client.keys() == [b"theirs"]


def ask(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def test_a_given_backend_is_told_with_its_version(redis_url: str, database_url: str) -> None:
    found = find(["redis", "postgres"], Given(redis_url=redis_url, database_url=database_url))
    assert str(found["redis"]).endswith(", given by --redis-url")
    assert str(found["postgres"]).startswith("PostgreSQL ")
    assert str(found["postgres"]).endswith(", given by --database-url, max_connections 1000")


def test_the_sites_tables_and_keys_are_its_own_and_go_at_the_end(
    redis_url: str, database_url: str, tmp_path: Path
) -> None:
    with owned(Given(redis_url=redis_url, database_url=database_url), logs=tmp_path) as backends:
        prepare(SITE, {**environment(SITE, tmp_path, ""), **backends.env})
        assert ask(database_url, TABLES) > [(5,)]
        assert ask(database_url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(1,)]
        with Redis.from_url(redis_url) as client:
            (key,) = set(client.keys()) - {b"theirs"}
            assert key.startswith(b"betterworker-")
            assert client.ttl(key) > 0
    assert ask(database_url, SCHEMAS) == []


PROGRAM = """
import pathlib, sys
from betterworker.bench.backends import Given, owned
given = Given(redis_url=sys.argv[2], database_url=sys.argv[3])
with owned(given, logs=pathlib.Path(sys.argv[1])):
    print("started", flush=True)
    sys.stdin.read()
"""


def test_kill_9_of_the_program_leaves_nothing_of_it(
    redis_url: str, database_url: str, tmp_path: Path
) -> None:
    line = [sys.executable, "-c", PROGRAM, str(tmp_path), redis_url, database_url]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        assert len(ask(database_url, SCHEMAS)) == 1
        process.kill()
    assert until(lambda: ask(database_url, SCHEMAS) == [])


def test_who_cleans_up_has_its_driver_before_it_is_told_to(database_url: str, tmp_path: Path) -> None:
    own = OwnPostgres(database_url, tmp_path / "log")
    own.start()
    assert own.cleaner is not None
    (cleaner,) = psutil.Process(own.cleaner.process.pid).children()
    assert any("libpq" in mapped.path for mapped in cleaner.memory_maps())
    own.stop()


def test_what_cannot_be_removed_is_told(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "GRACE_S", PATIENCE_S)  # the wait for the lock is nearly as long as it is
    own = OwnPostgres(database_url, tmp_path / "log")
    own.start()
    with psycopg.connect(database_url) as connection:
        connection.execute(f"CREATE TABLE {own.schema}.held (n int)".encode())
        connection.commit()
        connection.execute(f"SELECT n FROM {own.schema}.held".encode())
        with pytest.raises(BenchError, match=r"--database-url is still there: .*lock timeout"):
            own.stop()
    with psycopg.connect(database_url) as connection:
        connection.execute(f"DROP SCHEMA {own.schema} CASCADE".encode())


@pytest.mark.parametrize(
    "own",
    [
        lambda log: OwnRedis("redis://127.0.0.1:1/0", log),
        lambda log: OwnPostgres("postgres://127.0.0.1:1/a?connect_timeout=1", log),
    ],
    ids=["redis", "postgres"],
)
def test_one_that_does_not_answer_is_lost(own: type[OwnRedis], tmp_path: Path) -> None:
    backend = own(tmp_path / "log")  # type: ignore[call-arg, arg-type]
    assert str(backend.lost()).startswith(f"the backend of {backend.option} does not answer")
    with pytest.raises((ServerFailure, BenchError)):
        backend.start()


def test_a_server_of_the_sites_is_found_in_its_schema(database_url: str, tmp_path: Path) -> None:
    own = OwnPostgres(database_url, tmp_path / "log")
    own.start()
    assert ask(own.env[URL], "SELECT current_schema()") == [(own.schema,)]
    own.stop()

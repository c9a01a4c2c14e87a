from __future__ import annotations

from pathlib import Path

import pytest

from betterworker.bench.backends import Given, find, programs
from betterworker.bench.backends.finding import check_same
from betterworker.bench.errors import BadInput
from tests.bench.builders import a_study

REDIS = "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0"
VALKEY = "Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1"
POSTGRES = "postgres (PostgreSQL) {} (Debian)"


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of programs, apart from the PostgreSQL folders below ``tmp_path``."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(programs, "POSTGRES_FOLDERS", tmp_path / "postgresql")
    return folder


def program(folder: Path, name: str, says: str, status: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n")
    file.chmod(0o755)


def a_postgres(folder: Path, version: str) -> None:
    program(folder, "postgres", POSTGRES.format(version))
    program(folder, "initdb", "")


@pytest.mark.parametrize(
    ("said", "version"),
    [
        (REDIS, "7.0.15"),
        (VALKEY, "8.1.1"),
        (POSTGRES.format("15.18"), "15.18"),
        ("18beta1", "18beta1"),
        ("", None),
    ],
)
def test_a_version_is_read(said: str, version: str | None) -> None:
    assert programs.version_in(said) == version


def test_nothing_is_found_where_nothing_is() -> None:
    assert find(["redis", "postgres"], Given()) == {"redis": None, "postgres": None}


def test_redis_goes_before_valkey(path: Path) -> None:
    program(path, "valkey-server", VALKEY)
    assert find(["redis"], Given()) == {"redis": "valkey-server 8.1.1, started here"}
    program(path, "redis-server", REDIS)
    assert find(["redis"], Given()) == {"redis": "redis-server 7.0.15, started here"}


def test_a_program_that_does_not_run_is_none(path: Path) -> None:
    program(path, "redis-server", REDIS, status=1)
    assert programs.redis() is None


def test_the_newest_postgresql_is_found_beside_the_path(tmp_path: Path) -> None:
    for version in ("9", "15", "14"):
        a_postgres(tmp_path / "postgresql" / version / "bin", f"{version}.1")
    wanted = "PostgreSQL 15.1, started here, max_connections 1000"
    assert find(["postgres"], Given()) == {"postgres": wanted}


def test_the_postgresql_of_the_path_goes_first(path: Path, tmp_path: Path) -> None:
    a_postgres(tmp_path / "postgresql/15/bin", "15.1")
    a_postgres(path, "14.2")
    found = programs.postgres()
    assert found is not None
    assert (found.version, found.path) == ("14.2", path / "postgres")


def test_a_postgresql_without_initdb_is_none(path: Path) -> None:
    program(path, "postgres", POSTGRES.format("15.1"))
    assert programs.postgres() is None


def test_the_postgresql_that_pg_config_knows_is_found(path: Path, tmp_path: Path) -> None:
    a_postgres(tmp_path / "opt/bin", "17.0")
    program(path, "pg_config", str(tmp_path / "opt/bin"))
    assert str(programs.postgres()) == "PostgreSQL 17.0"


def test_only_what_is_needed_is_looked_for(path: Path) -> None:
    program(path, "redis-server", REDIS)
    assert find([], Given()) == {}


@pytest.mark.parametrize(
    ("given", "option"),
    [
        (Given(redis_url="redis://127.0.0.1:1/0"), "--redis-url"),
        (Given(database_url="postgres://me:s3cr3t@127.0.0.1:1/a"), "--database-url"),
    ],
)
def test_a_url_where_nothing_answers_is_told_at_once(given: Given, option: str) -> None:
    with pytest.raises(BadInput, match=f"answers at {option}") as told:
        find(["redis", "postgres"], given)
    assert "s3cr3t" not in str(told.value)


BEGUN = a_study(backends={"redis": "redis-server 7.0.15, started here", "postgres": None})


def test_a_run_goes_on_with_the_backend_it_was_begun_with(path: Path) -> None:
    program(path, "redis-server", REDIS)
    check_same(BEGUN, Given())


def test_a_backend_that_was_not_there_is_not_looked_for(path: Path, tmp_path: Path) -> None:
    program(path, "redis-server", REDIS)
    a_postgres(tmp_path / "postgresql/15/bin", "15.1")
    check_same(BEGUN, Given())


def test_a_run_does_not_go_on_with_another_backend(path: Path) -> None:
    program(path, "valkey-server", VALKEY)
    with pytest.raises(
        BadInput, match=r"begun with redis-server 7.0.15, started here, now there is valkey-server"
    ):
        check_same(BEGUN, Given())


def test_a_run_does_not_go_on_without_its_backend() -> None:
    with pytest.raises(BadInput, match="now there is no redis-server or valkey-server"):
        check_same(BEGUN, Given())

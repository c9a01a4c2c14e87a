from __future__ import annotations

import pytest

from betterworker.bench.backends import Given, own_room
from betterworker.bench.backends.urls import address, in_schema
from betterworker.bench.errors import BadInput
from betterworker.bench.room import Room
from tests.bench.builders import a_study

SECRET = "s3cr3t"


@pytest.mark.parametrize(
    "url", ["redis://localhost", f"rediss://:{SECRET}@cache.example:6380/2", "unix:///run/redis.sock?db=1"]
)
def test_a_redis_is_given_by_url(url: str) -> None:
    assert Given(redis_url=url).redis_url == url


@pytest.mark.parametrize("url", ["postgres://localhost/a", f"postgresql://me:{SECRET}@db.example:5433/a"])
def test_a_postgresql_is_given_by_url(url: str) -> None:
    assert Given(database_url=url).database_url == url


@pytest.mark.parametrize(
    "url", [f"mysql://me:{SECRET}@host/a", "sqlite:///a", "db.example", "", "postgis://h/a"]
)
def test_another_database_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="--database-url has to begin with one of postgres://, postgresql://"):
        Given(database_url=url)


@pytest.mark.parametrize(
    "url",
    [
        f"postgres://me:{SECRET}/x@host/a",
        f"postgres://me:{SECRET}#x@host/a",
        f"postgres://me:{SECRET}@x@host/a",
        f"postgres://me:{SECRET}@host:port/a",
        f"postgres://me:{SECRET} @host/a",
        f"postgres://me:{SECRET}@[host/a",
    ],
)
def test_a_broken_url_is_refused_and_its_password_not_told(url: str) -> None:
    with pytest.raises(BadInput, match="percent-encoded") as told:
        Given(database_url=url)
    assert SECRET not in str(told.value)


def test_no_password_shows_where_values_are_printed() -> None:
    given = Given(redis_url=f"redis://:{SECRET}@h", database_url=f"postgres://me:{SECRET}@h/a")
    assert SECRET not in repr(given)


def test_sessions_work_in_a_schema() -> None:
    assert in_schema("postgres://me@h/a", "mine") == "postgres://me@h/a?options=-c%20search_path%3Dmine"


def test_a_schema_comes_last_among_ones_own_options_and_leaves_the_others() -> None:
    url = "postgres://me@h/a?sslmode=require&options=-c%20geqo%3Doff&application_name=x"
    wanted = "postgres://me@h/a?sslmode=require&options=-c%20geqo%3Doff%20-c%20search_path%3Dmine"
    assert in_schema(url, "mine") == wanted


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (f"postgres://me:{SECRET}@db.example/a", ("db.example", 5432)),
        ("postgres://db.example:6543/a", ("db.example", 6543)),
        ("postgres:///a?host=db.example&port=6543", ("db.example", 6543)),
        ("postgres:///a?host=/run/postgresql", ("", 5432)),
        ("postgres:///a", ("", 5432)),
    ],
)
def test_a_url_says_where_connections_go(url: str, found: tuple[str, int]) -> None:
    assert address(url) == found


def test_a_postgresql_of_the_users_own_has_as_much_room_as_it_says() -> None:
    study = a_study(backends={"postgres": "PostgreSQL 15.18, given by --database-url, max_connections 100"})
    given = Given(database_url="postgres://db.example/a")
    assert own_room(study, given) == (Room(port=5432, allows=100, needs="postgres"),)
    assert own_room(study, Given()) == ()
    assert own_room(a_study(), given) == ()

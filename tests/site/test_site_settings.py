from __future__ import annotations

import logging
import runpy
import time
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from betterworker.site import settings as module
from betterworker.site.logging import First

STARTPROJECT_MIDDLEWARE = [
    "SecurityMiddleware",
    "SessionMiddleware",
    "CommonMiddleware",
    "CsrfViewMiddleware",
    "AuthenticationMiddleware",
    "MessageMiddleware",
    "XFrameOptionsMiddleware",
]


def database_with(monkeypatch: pytest.MonkeyPatch, url: str) -> dict[str, Any]:
    monkeypatch.setenv("DATABASE_URL", url)
    database: dict[str, Any] = runpy.run_path(module.__file__)["DATABASES"]["default"]
    return database


def test_middleware_is_startprojects_in_its_order() -> None:
    assert [path.rpartition(".")[2] for path in settings.MIDDLEWARE] == STARTPROJECT_MIDDLEWARE
    assert settings.DEBUG is False


def test_only_loopback_names_are_answered() -> None:
    assert module.ALLOWED_HOSTS == ["localhost", "127.0.0.1", "[::1]"]


def test_django_finds_no_fault_and_no_missing_migration() -> None:
    call_command("check", fail_level="WARNING")
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_a_database_url_wins_and_keeps_to_a_connection_a_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database = database_with(monkeypatch, "postgres://user:secret@localhost:5433/site")
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["PORT"], database["CONN_MAX_AGE"]) == (5433, 0)


def test_a_sqlite_url_names_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    database = database_with(monkeypatch, "sqlite:////srv/site.sqlite3")
    assert database["NAME"] == "/srv/site.sqlite3"
    assert database["ENGINE"] == "django.db.backends.sqlite3"


def settings_with(monkeypatch: pytest.MonkeyPatch, **env: str) -> dict[str, Any]:
    for name in env:
        monkeypatch.setenv(name, env[name])
    return runpy.run_path(module.__file__)


def test_the_same_postgresql_is_there_without_and_with_a_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgres://site@localhost:5433/site?options=-c%20search_path%3Dx"
    databases = settings_with(monkeypatch, BETTERWORKER_POSTGRES_URL=url)["DATABASES"]
    plain, pooled = databases["postgres"], databases["postgres_pool"]
    assert plain["OPTIONS"] == {"options": "-c search_path=x"}
    assert pooled == {**plain, "OPTIONS": {**plain["OPTIONS"], "pool": True}}
    assert plain["CONN_MAX_AGE"] == 0


def test_redis_keys_have_a_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    env = {"BETTERWORKER_REDIS_URL": "redis://localhost/3", "BETTERWORKER_REDIS_PREFIX": "mine"}
    cache = settings_with(monkeypatch, **env)["CACHES"]["redis"]
    assert (cache["LOCATION"], cache["KEY_PREFIX"]) == ("redis://localhost/3", "mine")


@pytest.mark.parametrize("name", ["BETTERWORKER_REDIS_URL", "BETTERWORKER_POSTGRES_URL"])
def test_an_empty_address_is_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    found = settings_with(monkeypatch, **{name: ""})
    assert list(found["DATABASES"]) == ["default"]
    assert list(found["CACHES"]) == ["default"]


def record() -> logging.LogRecord:
    return logging.LogRecord("django.request", logging.ERROR, __file__, 1, "down", None, None)


def test_a_flood_of_errors_is_cut_off_within_each_second(monkeypatch: pytest.MonkeyPatch) -> None:
    first = First(limit=2)
    monkeypatch.setattr(time, "monotonic", lambda: 7.5)
    assert [first.filter(record()) for _ in range(3)] == [True, True, False]
    monkeypatch.setattr(time, "monotonic", lambda: 8.0)
    assert first.filter(record())

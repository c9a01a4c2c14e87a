"""Views that write by ways of their own, of a real project on PostgreSQL, and what others do in its place."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from betterworker.bench.backends.postgres import LocalPostgres
from betterworker.bench.project.diagnosis import Order, look
from betterworker.bench.project.facts import Tried
from betterworker.bench.project.inside import read_only
from tests.bench.backends.conftest import a_postgres
from tests.bench.project.sites import Site

SETTINGS = """
import dj_database_url
DATABASES = {{"default": dj_database_url.parse("{url}")}}
DATABASES["named"] = dj_database_url.parse("{url}")
DATABASES["named"]["OPTIONS"] = {{"options": "-c search_path=public"}}
"""
VIEWS = """
import psycopg
from django.conf import settings
from django.db import connection, connections, transaction

INSERT = "INSERT INTO visits VALUES (1)"

def execute(alias, sql):
    with connections[alias].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()

def driver(request):
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        cursor.execute(INSERT)
    return HttpResponse()

def copied(request):
    with connection.cursor() as cursor, cursor.copy("COPY visits FROM STDIN") as copy:
        copy.write("1")
    return HttpResponse()

def function(request):
    return HttpResponse(execute("default", "SELECT visit()"))

def other_options(request):
    return HttpResponse(execute("named", "SELECT visit()"))

def in_a_transaction(request):
    with transaction.atomic():
        return HttpResponse(execute("default", "SELECT visit()"))

def own_connection(request):
    with psycopg.connect(settings.URL) as own:
        own.execute(INSERT)
    return HttpResponse()

def path(request):
    return HttpResponse(execute("named", "SHOW search_path"))

def reads(request):
    return HttpResponse(execute("default", "SELECT count(*) FROM visits"))
"""
TABLE = (
    "DROP TABLE IF EXISTS visits; CREATE TABLE visits (id int); "
    "CREATE OR REPLACE FUNCTION visit() RETURNS void LANGUAGE sql AS 'INSERT INTO visits VALUES (1)'"
)
WRITE = ("driver", "copied", "function", "other_options", "in_a_transaction", "own_connection")
READ = ("path", "reads")


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPostgres]:
    postgres = a_postgres(tmp_path_factory.mktemp("postgres") / "postgres.log")
    postgres.start()
    try:
        yield postgres
    finally:
        postgres.stop()


@pytest.fixture(scope="module")
def site(postgres: LocalPostgres, tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site.make(tmp_path_factory.mktemp("site")).views(VIEWS)
    site.settings(SETTINGS.format(url=postgres.url)).settings(f"URL = {postgres.url!r}")
    site.urls(*(f'path("{name}/", views.{name})' for name in (*WRITE, *READ)))
    return site.manage("shell", "-c", _sql(TABLE))


def _sql(text: str) -> str:
    return f'from django.db import connection as c; c.cursor().execute("""{text}""")'


@pytest.fixture(scope="module")
def tried(site: Site) -> dict[str, Tried]:
    return {each.path.strip("/"): each for each in site.get_all([f"/{name}/" for name in (*WRITE, *READ)])}


@pytest.mark.servers
@pytest.mark.parametrize("name", WRITE)
def test_what_writes_to_postgresql_by_any_way_is_refused(tried: dict[str, Tried], name: str) -> None:
    assert tried[name].status == 500
    assert tried[name].refused is not None


@pytest.mark.servers
@pytest.mark.parametrize(("name", "length"), [("path", len("public")), ("reads", len("0"))])
def test_what_reads_is_answered_with_the_options_that_are_there(
    tried: dict[str, Tried], name: str, length: int
) -> None:
    assert (tried[name].status, tried[name].refused, tried[name].length) == (200, None, length)


@pytest.mark.servers
def test_those_who_look_at_requests_do_not_write_either(site: Site, tried: dict[str, Tried]) -> None:
    orders = [Order(key=name, path=f"/{name}/") for name in (*WRITE, "reads")]
    *written, read = look(site.place, orders, "not counted").requests
    assert {each.stopped for each in written} == {"writes to a database"}
    assert read.stopped is None
    site.manage(
        "shell",
        "-c",
        f"{_sql('SELECT 1')}; c2 = c.cursor(); c2.execute('SELECT * FROM visits')\n"
        "assert c2.fetchall() == []",
    )


class Pooled:
    """Behind a pooler that takes no options, as PgBouncer does not; ``sent`` are those of each session."""

    vendor, alias = "postgresql", "pooled"

    def __init__(self, **options: str) -> None:
        self.settings_dict: dict[str, Any] = {"OPTIONS": options}
        self.sent: list[str] = []

    def connect(self) -> None:
        options = self.settings_dict["OPTIONS"].get("options", os.environ.get("PGOPTIONS", ""))
        self.sent.append(options)
        if "default_transaction_read_only" in options:
            raise RuntimeError("FATAL:  unsupported startup parameter: options")


@pytest.fixture
def of_the_process(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    monkeypatch.setattr(read_only, "_pooled", set())
    monkeypatch.setenv("PGOPTIONS", "-c statement_timeout=9000")
    return read_only.of_the_process


@pytest.mark.parametrize("own", [{}, {"options": "-c search_path=shop"}])
def test_a_pooler_that_takes_no_options_is_sent_the_projects_own(
    of_the_process: Callable[[], None], own: dict[str, str]
) -> None:
    of_the_process()
    pooled = Pooled(**own)
    for _ in range(2):
        read_only.connected(pooled, Pooled.connect)
    theirs = own.get("options", "-c statement_timeout=9000")
    assert pooled.sent == [f"{theirs} {read_only.OPTION}", theirs, theirs]
    # A database beside it, and the project's own connections, are still kept from it.
    assert os.environ["PGOPTIONS"] == f"-c statement_timeout=9000 {read_only.OPTION}"


def test_a_session_of_mysql_only_reads() -> None:
    said: list[str] = []

    class Cursor:
        execute = staticmethod(said.append)

        def __enter__(self) -> Cursor:
            return self

        def __exit__(self, *_: object) -> None: ...

    read_only.of_session(SimpleNamespace(vendor="mysql", connection=SimpleNamespace(cursor=Cursor)))
    assert said == ["SET SESSION TRANSACTION READ ONLY"]


def test_a_refusal_is_known_by_its_number_whoever_wraps_it() -> None:
    cause = RuntimeError(1792, "Cannot execute statement in a READ ONLY transaction.")
    wrapped = ValueError("wrapped")
    wrapped.__cause__ = cause
    assert read_only.refusal(wrapped) == str(cause)
    assert read_only.refusal(ValueError("another")) is None

"""Connections to a database server, of a real project on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from betterworker.bench.judge.diagnosis import of_project
from betterworker.bench.model import Probed, Probes
from betterworker.bench.project.diagnosis import Order, look
from tests.bench.backends.conftest import a_postgres
from tests.bench.diagnosis.builders import a_project
from tests.bench.project.builders import a_database
from tests.bench.project.sites import Site

pytestmark = pytest.mark.servers

SETTINGS = """
import dj_database_url
DATABASES = {{"default": dj_database_url.parse("{url}", conn_max_age=60)}}
"""
VIEWS = """
from django.db import connection

def asks(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("asked")
"""


@pytest.fixture(scope="module")
def probes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Probes]:
    folder: Path = tmp_path_factory.mktemp("postgres")
    postgres = a_postgres(folder / "postgres.log", max_connections=40)
    postgres.start()
    try:
        site = Site.make(folder / "site").views(VIEWS).settings(SETTINGS.format(url=postgres.url))
        site.urls('path("", views.asks)')
        yield look(site.place, [Order(key="home:sync", path="/")], "not asked for")
    finally:
        postgres.stop()


def home(probes: Probes) -> Probed:
    (request,) = probes.requests
    return request


def test_the_server_says_how_many_connections_it_allows(probes: Probes) -> None:
    assert probes.max_connections == {"default": 40}


def test_a_connection_is_kept_under_wsgi_and_not_under_asgi(probes: Probes) -> None:
    wsgi, asgi = home(probes).wsgi, home(probes).asgi
    assert wsgi is not None
    assert asgi is not None
    assert (wsgi.connects, asgi.connects) == ({}, {"default": home(probes).times})


def test_what_it_costs_is_told_with_the_mend(probes: Probes) -> None:
    project = a_project(databases=(a_database(conn_max_age=60.0),))
    found = of_project(replace(project, probes=probes))
    (connections,) = (cost for cost in found if cost.topic == "connections")
    assert connections.what.startswith("CONN_MAX_AGE of the database 'default' has no effect")
    assert '"pool": True' in connections.mend

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from betterworker.bench.backends.postgres import URL
from tests.bench.backends.conftest import a_postgres
from tests.projects import rest_api
from tests.real_projects.sites import Make, Sites


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Sites:
    return Sites(tmp_path_factory.mktemp("sites"))


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL that is empty, and the tests' own."""
    backend = a_postgres(tmp_path_factory.mktemp("postgres") / "postgres.log")
    backend.start()
    yield backend.env[URL]
    backend.stop()


@pytest.fixture(scope="session")
def rest(database: str) -> Make:
    """The builder of the API, on a database that runs."""
    return partial(rest_api.make, database=database)

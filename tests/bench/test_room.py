from __future__ import annotations

from typing import Any

import pytest

from betterworker.bench.model import Probes
from betterworker.bench.room import Room, rooms
from tests.bench.project.builders import a_database, a_project

KEPT = {"host": "db.shop.test", "conn_max_age": 60.0, "max_connections": 100}


def of(*databases: dict[str, Any], **project: Any) -> tuple[Room, ...]:
    found = tuple(a_database(**{**KEPT, **each}) for each in databases)
    return rooms(a_project(databases=found, **project))


@pytest.mark.parametrize(
    ("database", "port"),
    [
        ({}, 5432),
        ({"port": "25999"}, 25999),
        ({"host": ""}, None),
        ({"host": "/run/postgresql"}, None),
        ({"engine": "django.db.backends.mysql"}, 3306),
        ({"engine": "django.db.backends.mysql", "host": "localhost"}, None),
    ],
)
def test_connections_go_to_the_port_of_the_database_or_to_a_socket(
    database: dict[str, Any], port: int | None
) -> None:
    assert of(database) == (Room(port=port, allows=100),)


def test_two_databases_of_one_server_share_its_room() -> None:
    assert of({}, {"alias": "reports"}) == (Room(port=5432, allows=100, each=2),)


def test_what_the_server_said_of_itself_counts() -> None:
    (room,) = of({"max_connections": None}, probes=Probes(max_connections={"default": 40}))
    assert room.allows == 40


@pytest.mark.parametrize("database", [{"conn_max_age": 0.0}, {"max_connections": None}])
def test_a_database_that_nobody_keeps_connections_to_or_knows_the_most_of_has_none(
    database: dict[str, Any],
) -> None:
    assert of(database) == ()


def test_a_pool_keeps_connections_and_none_is_for_ever() -> None:
    assert of({"conn_max_age": 0.0, "pool": True}) == of({"conn_max_age": None}) != ()


def test_the_built_in_site_has_none() -> None:
    assert rooms(None) == ()

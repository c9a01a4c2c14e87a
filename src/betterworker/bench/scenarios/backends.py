"""Views that talk to a real Redis and a real PostgreSQL, with and without Django's connection pool."""

from __future__ import annotations

from collections.abc import Iterator

from betterworker.bench.model import MODES, Mode, Scenario
from betterworker.bench.scenarios.answers import answer, json_object, table_as_html, table_as_json


def redis_hit(mode: Mode) -> Scenario:
    return Scenario(
        name="redis-hit",
        mode=mode,
        path=f"/{mode}/redis-hit",
        effort="light",
        check=answer(mode, "redis-hit", json_object("hit")),
        about="reads 1 kB through Django's Redis cache, then a small JSON",
        needs="redis",
    )


def redis_set(mode: Mode) -> Scenario:
    return Scenario(
        name="redis-set",
        mode=mode,
        path=f"/{mode}/redis-set",
        effort="light",
        check=answer(mode, "redis-set", json_object("set")),
        about="writes 1 kB through Django's Redis cache, then a small JSON",
        needs="redis",
    )


def query_json(mode: Mode, pooled: str = "") -> Scenario:
    name = f"postgres{pooled}-query-json"
    return Scenario(
        name=name,
        mode=mode,
        path=f"/{mode}/{name}",
        effort="light",
        check=table_as_json(mode, name),
        about=f"30 rows of PostgreSQL as JSON, {_connection(pooled)}",
        needs="postgres",
    )


def query_html(mode: Mode, pooled: str = "") -> Scenario:
    name = f"postgres{pooled}-query-html"
    return Scenario(
        name=name,
        mode=mode,
        path=f"/{mode}/{name}",
        effort="light",
        check=table_as_html(mode, name),
        about=f"30 rows of PostgreSQL through a template, {_connection(pooled)}",
        needs="postgres",
    )


def backends() -> Iterator[Scenario]:
    for make in (redis_hit, redis_set):
        yield from (make(mode) for mode in MODES)
    for pooled in ("", "-pool"):
        for query in (query_json, query_html):
            yield from (query(mode, pooled) for mode in MODES)


def _connection(pooled: str) -> str:
    return "a connection of Django's pool" if pooled else "a new connection for each request"

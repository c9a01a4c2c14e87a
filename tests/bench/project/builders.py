"""One builder per noun of a user's project, as in tests.bench.builders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from betterworker.bench.model.projects import Cache, Database, Project
from betterworker.bench.project.facts import Facts, Mailer
from betterworker.bench.project.nouns import Login, ProjectFile, RequestSpec


def a_spec(**overrides: Any) -> RequestSpec:
    return replace(RequestSpec(name="books", path="/books/"), **overrides)


def a_login(**overrides: Any) -> Login:
    fields = {"username": "ann", "password": "correct horse"}
    return replace(Login(path="/login/", fields=fields), **overrides)


def a_file(*requests: RequestSpec, **overrides: Any) -> ProjectFile:
    file = ProjectFile(
        path=Path("/srv/shop/betterworker.toml"),
        folder=Path("/srv/shop"),
        python="/srv/shop/.venv/bin/python",
        settings="shop.settings",
        wsgi="shop.wsgi:application",
        asgi="shop.asgi:application",
        requests=requests or (a_spec(),),
    )
    return replace(file, **overrides)


def a_database(**overrides: Any) -> Database:
    database = Database(alias="default", engine="django.db.backends.postgresql", name="shop")
    return replace(database, **overrides)


def a_cache(**overrides: Any) -> Cache:
    return replace(Cache(alias="default", backend="django.core.cache.backends.redis.RedisCache"), **overrides)


def a_mailer(backend: str, alias: str = "default", host: str = "localhost") -> Mailer:
    """Of one of Django's own backends."""
    return Mailer(alias=alias, backend=f"django.core.mail.backends.{backend}.EmailBackend", host=host)


def a_facts(**overrides: Any) -> Facts:
    facts = Facts(
        settings="shop.settings",
        executable="/srv/shop/.venv/bin/python",
        python="3.12.1",
        django="5.2.1",
        wsgi="shop.wsgi:application",
        wsgi_problem=None,
        asgi="shop.asgi:application",
        asgi_problem=None,
        debug=False,
        allowed_hosts=("localhost",),
        ssl_redirect=False,
        ssl_header=None,
        middleware=(),
        databases=(a_database(),),
        caches=(),
        mailers=(a_mailer("console"),),
    )
    return replace(facts, **overrides)


def a_project(**overrides: Any) -> Project:
    """As a study keeps it."""
    project = Project(
        name="shop",
        settings="shop.settings",
        wsgi="shop.wsgi:application",
        asgi="shop.asgi:application",
        python="3.12.1",
        django="5.2.1",
        requests={"books:sync": "GET /books/"},
        digest="d1",
    )
    return replace(project, **overrides)

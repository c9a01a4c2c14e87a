"""The options that name the user's own Redis and PostgreSQL."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from betterworker.bench.backends import Given

BACKEND_NAMES = ("redis_url", "database_url")


def backend_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command gets one ``given`` instead of both."""

    @click.option(
        "--redis-url",
        metavar="URL",
        help="A Redis or Valkey of yours for the redis rows, as redis://host:6379/0 (default: one is started "
        "here). Keys of a prefix of their own, removed at the end; the URL is not stored.",
    )
    @click.option(
        "--database-url",
        metavar="URL",
        help="A PostgreSQL of yours for the postgres rows, as postgres://user:password@host/name "
        "(default: one is started here). Tables in a schema of their own, dropped at the end; the URL is not "
        "stored.",
    )
    @functools.wraps(command)
    def with_given(*args: Any, redis_url: str | None, database_url: str | None, **rest: Any) -> Any:
        return command(*args, given=Given(redis_url=redis_url, database_url=database_url), **rest)

    return with_given

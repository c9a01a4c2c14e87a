"""Keeps the requests from writing to a database, and remembers what they raised."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.handlers import exception
from django.db import Error
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

#: Statements that change nothing.
READS = ("SELECT", "SHOW", "SET", "PRAGMA", "EXPLAIN", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


class Refused(Error):
    pass


def refuse_writes() -> None:
    connection_created.connect(_guard, weak=False)
    connect = BaseDatabaseWrapper.connect

    def to_what_is_there(database: BaseDatabaseWrapper) -> None:
        file = _file(database)
        if file and not Path(file).exists():
            # To connect would be to make it.
            raise Refused(f"there is no database {file}: python manage.py migrate makes it")
        connect(database)

    BaseDatabaseWrapper.connect = to_what_is_there  # type: ignore[method-assign, assignment]


def _file(database: Any) -> str:
    """Of SQLite's; empty for what is none."""
    name = str(database.settings_dict["NAME"])
    is_file = database.vendor == "sqlite" and not database.is_in_memory_db() and not name.startswith("file:")
    return name if is_file else ""


def _guard(*, connection: Any, **_: Any) -> None:
    # The same object connects again and again.
    if _only_reads not in connection.execute_wrappers:
        connection.execute_wrappers.append(_only_reads)


def _only_reads(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    statement = str(sql).lstrip("( \n\t").split(maxsplit=1)
    if not statement or statement[0].upper() not in READS:
        raise Refused(f"this check writes to no database: {sql}")
    return execute(sql, params, many, context)


class Raised:
    """The exceptions that were made into responses. To be begun before anything imports from that module."""

    def __init__(self) -> None:
        self.errors: list[Exception] = []
        original = exception.response_for_exception

        @functools.wraps(original)
        def remembering(request: Any, exc: Exception) -> Any:
            self.errors.append(exc)
            return original(request, exc)

        exception.response_for_exception = remembering

    def last(self) -> Exception | None:
        return self.errors[-1] if self.errors else None

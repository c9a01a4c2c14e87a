"""Sessions of databases that can only read: also for a driver's own cursor, COPY, and functions that write.

Elsewhere what Django's cursors send is looked at, as everywhere (guard.py).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

#: Of a session that is begun, and not set in one: through a pooler, what is set would stay for other clients.
OPTION = "-c default_transaction_read_only=on"
#: What a pooler, as PgBouncer, says of options that it cannot hand on.
_NO_OPTIONS = "unsupported startup parameter"
_OF_LIBPQ = "PGOPTIONS"
#: PostgreSQL's state, MySQL's number, SQLite's words.
_STATE, _NUMBER, _WORDS = "25006", 1792, "attempt to write a readonly database"

#: Databases behind such a pooler, by alias.
_pooled: set[str] = set()


def of_the_process() -> None:
    """From now on, for connections to PostgreSQL that the project makes by itself, and Django's."""
    os.environ[_OF_LIBPQ] = _with(os.environ.get(_OF_LIBPQ, ""))


def connected(database: Any, connect: Callable[[Any], None]) -> None:
    """Connects a database of Django's. Where a pooler takes no options it is sent none, from then on."""
    if database.vendor != "postgresql" or database.alias in _pooled:
        connect(database)
        return
    options = database.settings_dict.setdefault("OPTIONS", {})
    if "options" in options:
        # In place of the process's.
        options["options"] = _with(str(options["options"]))
    try:
        connect(database)
    except Exception as error:  # a driver's own
        if _NO_OPTIONS not in str(error):
            raise
        _pooled.add(database.alias)
        options["options"] = _without(str(options.get("options", os.environ.get(_OF_LIBPQ, ""))))
        connect(database)


def of_session(database: Any) -> None:
    """To be called when it is connected."""
    if database.vendor == "sqlite":
        database.connection.execute("PRAGMA query_only = ON")
    elif database.vendor == "mysql":
        with database.connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")


def refusal(error: BaseException) -> str | None:
    """What a session that only reads has said of a write; None where the error is another."""
    return next((str(each) for each in chain(error) if _refuses(each)), None)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error with those that it was made of."""
    known: set[int] = set()
    while error is not None and id(error) not in known:
        known.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _refuses(error: BaseException) -> bool:
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    return state == _STATE or error.args[:1] == (_NUMBER,) or str(error) == _WORDS


def _with(options: str) -> str:
    return f"{_without(options)} {OPTION}".strip()


def _without(options: str) -> str:
    return options.replace(OPTION, "").strip()

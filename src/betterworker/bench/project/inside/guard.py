"""Keeps the project from writing to a database, from databases and caches on other machines and from sending
mail, and remembers what it raised. All that runs inside it is behind this (boot.py), but for its own hook."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core import mail
from django.core.cache import caches
from django.core.handlers import exception
from django.core.mail.backends.dummy import EmailBackend
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.backends.utils import CursorWrapper

from . import read_only
from .backends import cache_hosts, database_host
from .here import strangers

#: Statements that change nothing.
READS = (
    "SELECT",
    "SHOW",
    "SET",
    "PRAGMA",
    "EXPLAIN",
    "VALUES",
    "DECLARE",
    "FETCH",
    "CLOSE",
    "BEGIN",
    "SAVEPOINT",
    "RELEASE",
    "ROLLBACK",
)
_BEFORE = re.compile(r"(\s|\(|/\*.*?\*/|--[^\n]*\n)*", re.DOTALL)
_CHANGES = re.compile(r"\b(INSERT|(?<!FOR )(?<!KEY )UPDATE|DELETE|MERGE|INTO)\b", re.IGNORECASE)
#: Makes a table of PostgreSQL, a file of MySQL.
_INTO = re.compile(r"\bINTO\b", re.IGNORECASE)
_CHANGING_FUNCTION = re.compile(
    r"\b(nextval|setval|pg_notify|lo_\w+|dblink\w*|pg_(?:terminate|cancel)_backend)\s*\(", re.IGNORECASE
)
#: Texts and names: what stands in them is no statement.
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`""")

#: The statements that were refused, the oldest first.
refused: list[str] = []


class Refused(OperationalError):
    """What projects expect of a database that cannot be used, as when an app begins."""


def stay_here(hosts: Collection[str]) -> None:
    """In this process, from now on: databases on machines other than this and those are not connected to,
    caches there are kept in memory meanwhile, and mail is sent nowhere."""
    connect = BaseDatabaseWrapper.connect

    def to_what_is_there(database: BaseDatabaseWrapper) -> None:
        file = _file(database)
        if file and not Path(file).exists():
            # To connect would be to make it.
            raise Refused(f"there is no database {file}: python manage.py migrate makes it")
        far = strangers(database_host(database.settings_dict), hosts)
        if far:
            raise Refused(
                f"the database is on {far[0]}, another machine, and was not connected to. If it may be: "
                f'hosts = ["{far[0]}"] in [project], or init --host-elsewhere "{far[0]}"'
            )
        connect(database)

    BaseDatabaseWrapper.connect = to_what_is_there  # type: ignore[method-assign, assignment]
    _keep_caches_here(hosts)
    _keep_mail_here()


def refuse_writes() -> None:
    """In this process, from now on, to every database."""
    connect = BaseDatabaseWrapper.connect

    def to_read(database: BaseDatabaseWrapper) -> None:
        read_only.connected(database, connect)

    read_only.of_the_process()
    BaseDatabaseWrapper.connect = to_read  # type: ignore[method-assign, assignment]
    connection_created.connect(_guard, weak=False)
    CursorWrapper.callproc = _no_procedure  # type: ignore[method-assign, assignment, unused-ignore]
    # What the project has opened meanwhile was not looked at.
    connections.close_all()
    for each in connections.all(initialized_only=True):
        # Django's own pools, which it has from 5.1 on, keep what is closed.
        getattr(each, "close_pool", _nothing)()


def _nothing() -> None:
    pass


def _no_procedure(_cursor: Any, name: str, *_: Any, **__: Any) -> None:
    refused.append(name)
    raise Refused(f"nothing is written to a database here: procedure {name}")


def _file(database: Any) -> str:
    """Of SQLite's; empty for what is none."""
    if database.vendor != "sqlite" or database.is_in_memory_db():
        return ""
    name = str(database.settings_dict["NAME"])
    if name.startswith("file:"):
        name = unquote(urlsplit(name).path)
    return "" if name == ":memory:" else name


def _guard(*, connection: Any, **_: Any) -> None:
    # The same object connects again and again.
    if _only_reads not in connection.execute_wrappers:
        connection.execute_wrappers.append(_only_reads)
    read_only.of_session(connection)


def _only_reads(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    if not reads(str(sql)):
        refused.append(str(sql))
        raise Refused(f"nothing is written to a database here: {sql}")
    try:
        return execute(sql, params, many, context)
    except Exception as error:
        if read_only.refusal(error):
            refused.append(str(sql))
        raise


def reads(sql: str) -> bool:
    """Whether a statement changes nothing."""
    statement = _BEFORE.sub("", _QUOTED.sub("''", sql), count=1).rstrip("; \t\r\n")
    word = statement.split(maxsplit=1)[0].upper() if statement else ""
    if ";" in statement or _CHANGING_FUNCTION.search(statement):
        return False
    if word in ("WITH", "EXPLAIN"):
        return not _CHANGES.search(statement)
    if word == "SELECT":
        return not _INTO.search(statement)
    return word in READS


def _keep_caches_here(hosts: Collection[str]) -> None:
    """The settings themselves stay as they are: what they point to is told."""
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    caches.settings = {
        alias: {**memory, "LOCATION": alias}
        if any(strangers(host, hosts) for host in cache_hosts(entry))
        else entry
        for alias, entry in settings.CACHES.items()
    }


class _Nowhere(EmailBackend):
    """Takes what any other backend is made with."""

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()


def _keep_mail_here() -> None:
    """Whichever backend is asked for, by the settings or by its name. The settings stay as they are."""
    _mail_nowhere(mail)
    with suppress(ImportError):  # from Django 6.1 on
        _mail_nowhere(import_module("django.core.mail.handler"))


def _mail_nowhere(module: Any) -> None:
    module.import_string = lambda _path: _Nowhere


class Raised:
    """The exceptions that were made into responses. To be begun before anything imports from that module."""

    def __init__(self) -> None:
        self.errors: list[Exception] = []
        original = exception.response_for_exception

        @functools.wraps(original)
        def remembering(request: Any, exc: Exception) -> Any:
            self.errors.append(exc)
            # What did not go through Django's cursors.
            refused.extend(filter(None, [read_only.refusal(exc)]))
            return original(request, exc)

        exception.response_for_exception = remembering

    def last(self) -> Exception | None:
        return self.errors[-1] if self.errors else None

"""Remembers what requests do behind their answers: connections, queries, sessions, templates."""

from __future__ import annotations

import importlib
import re
import string
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.template.base import Template
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string

from .probes_places import place

_LITERAL = re.compile(r"'(?:[^']|'')*'")
KEY_LENGTH = 32


class Seen:
    """Since it was last cleared. Times are seconds."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.connects: list[tuple[str, float]] = []
        self.queries: list[tuple[str, Any]] = []
        self.saves = 0
        self.compiled: list[float] = []

    def watch(self) -> None:
        """To be called once, before the handlers are made."""
        self._watch_connections()
        self._watch_templates()
        self._watch_sessions()

    def _watch_connections(self) -> None:
        connect = BaseDatabaseWrapper.connect

        def timed(database: BaseDatabaseWrapper) -> None:
            begun = time.perf_counter()
            connect(database)
            self.connects.append((database.alias, time.perf_counter() - begun))

        def listen(*, connection: Any, **_: Any) -> None:
            if self._query not in connection.execute_wrappers:
                connection.execute_wrappers.append(self._query)

        BaseDatabaseWrapper.connect = timed  # type: ignore[method-assign, assignment]
        connection_created.connect(listen, weak=False)

    def _query(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        # What stands in the text itself may be a secret; the parameters are not kept.
        self.queries.append((_LITERAL.sub("'…'", str(sql)), place(sys._getframe(1))))  # noqa: SLF001
        return execute(sql, params, many, context)

    def _watch_templates(self) -> None:
        compile_nodelist = Template.compile_nodelist

        def timed(template: Template) -> Any:
            begun = time.perf_counter()
            try:
                return compile_nodelist(template)
            finally:
                self.compiled.append(time.perf_counter() - begun)

        Template.compile_nodelist = timed  # type: ignore[method-assign, assignment]

    def _watch_sessions(self) -> None:
        """Sessions are kept here instead of where they belong: nothing is written."""
        if any(map(_begins_sessions, settings.MIDDLEWARE)):
            engine: Any = importlib.import_module(settings.SESSION_ENGINE)
            engine.SessionStore = _remembering(engine.SessionStore, self)


def _begins_sessions(path: str) -> bool:
    """Django's middleware, or the project's own kind of it."""
    with suppress(Exception):
        from django.contrib.sessions.middleware import SessionMiddleware

        found = import_string(path)
        return isinstance(found, type) and issubclass(found, SessionMiddleware)
    return False


def _remembering(base: Any, seen: Seen) -> Any:
    kept_in_cookies = base.__module__ == "django.contrib.sessions.backends.signed_cookies"
    mixin = _Counting if kept_in_cookies else _Kept
    return type("SessionStore", (mixin, base), {"seen": seen, "kept": {}})


class _Counting:
    """A session that is kept by who visits: nothing is written here."""

    seen: Seen

    def save(self, must_create: bool = False) -> None:
        self.seen.saves += 1
        super().save(must_create)  # type: ignore[misc]


class _Kept:
    """A session that is kept aside; what is there already is read."""

    seen: Seen
    kept: dict[str, dict[str, Any]]
    session_key: Any
    _get_session: Callable[..., dict[str, Any]]

    def create(self) -> None:
        self._session_key = get_random_string(KEY_LENGTH, string.ascii_lowercase + string.digits)
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
            return
        self.seen.saves += 1
        self.kept[self.session_key] = dict(self._get_session(no_load=must_create))

    def load(self) -> Any:
        known = self.kept.get(self.session_key)
        return dict(known) if known is not None else super().load()  # type: ignore[misc]

    def exists(self, session_key: str) -> bool:
        return session_key in self.kept or bool(super().exists(session_key))  # type: ignore[misc]

    def delete(self, session_key: Any = None) -> None:
        self.kept.pop(session_key or self.session_key, None)

    async def acreate(self) -> None:
        self.create()

    async def asave(self, must_create: bool = False) -> None:
        self.save(must_create)

    async def aload(self) -> Any:
        known = self.kept.get(self.session_key)
        return dict(known) if known is not None else await super().aload()  # type: ignore[misc]

    async def aexists(self, session_key: str) -> bool:
        return session_key in self.kept or bool(await super().aexists(session_key))  # type: ignore[misc]

    async def adelete(self, session_key: Any = None) -> None:
        self.delete(session_key)

"""What the settings say that costs every request: templates, sessions, middleware, connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.template import engines
from django.utils.module_loading import import_string

#: Read-only, and answered to anybody.
LIMITS = {"postgresql": "SHOW max_connections", "mysql": "SELECT @@max_connections"}
_CACHED = ("django.template.loaders.cached", "django.template.loaders.locmem")


def of_settings() -> dict[str, Any]:
    return {
        "sync_only": list(_sync_only()),
        "session_every_request": settings.SESSION_SAVE_EVERY_REQUEST,
        "session_engine": settings.SESSION_ENGINE,
        "uncached": list(_uncached()),
    }


def of_databases() -> dict[str, int]:
    """How many connections each allows, by alias, where it says."""
    found = {}
    for alias in connections:
        # An unreachable one is told of elsewhere.
        with suppress(DatabaseError, ValueError):
            if connections[alias].vendor in LIMITS:
                found[alias] = _limit(alias)
    connections.close_all()
    return found


def _limit(alias: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute(LIMITS[connections[alias].vendor])
        return int(cursor.fetchone()[0])


def _sync_only() -> Iterator[str]:
    for path in settings.MIDDLEWARE:
        if not getattr(import_string(path), "async_capable", False):
            yield path


def _uncached() -> Iterator[str]:
    """Loaders of Django's own templates that read and compile a template each time it is used."""
    for engine in engines.all():
        for loader in getattr(getattr(engine, "engine", None), "template_loaders", ()):
            if not type(loader).__module__.startswith(_CACHED):
                yield f"{type(loader).__module__}.{type(loader).__name__}"

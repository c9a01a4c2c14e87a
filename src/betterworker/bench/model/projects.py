"""What a study keeps of the user's own project: no secrets, no requests' bodies, no headers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from betterworker.bench.model.probed import Probes


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """An entry of DATABASES. ``host`` is empty for a file or a local socket; ``driver`` is a package with its
    version, as ``psycopg 3.2.3`` (None: Django's own, or unknown). ``max_connections`` is what the server
    allows (None: not asked, or not known)."""

    alias: str
    engine: str
    name: str
    host: str = ""
    port: str = ""
    driver: str | None = None
    conn_max_age: float | None = 0.0
    pool: bool = False
    max_connections: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """An entry of CACHES; ``hosts`` are of its locations, without passwords."""

    alias: str
    backend: str
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A Django project as it was when it was measured.

    ``wsgi`` and ``asgi`` are ``module:name``. ``packages`` are versions by normalised name, of the project's
    and of the servers'. ``requests`` are ``METHOD path`` templates by scenario key, ``digest`` is of all that
    is sent: a run can only go on with the same. ``baseline`` is the command it runs on today.
    ``added`` are versions of what the servers need and the project's own environment lacks.
    ``probes`` are None where its requests were not looked at by themselves. ``folder`` is manage.py's,
    relative to that of its file; ``deployed`` is the same, relative to where its Procfile or its Dockerfile
    lies, or would (both empty: there).
    """

    name: str
    settings: str
    wsgi: str | None
    asgi: str | None
    python: str
    django: str
    debug: bool = False
    middleware: tuple[str, ...] = ()
    databases: tuple[Database, ...] = ()
    caches: tuple[Cache, ...] = ()
    packages: Mapping[str, str] = field(default_factory=dict)
    requests: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    baseline: str | None = None
    added: Mapping[str, str] = field(default_factory=dict)
    probes: Probes | None = None
    folder: str = ""
    deployed: str = ""

    def allowed(self, database: Database) -> int | None:
        """How many connections its server allows; None where it has not said."""
        asked = self.probes.max_connections.get(database.alias) if self.probes else None
        return asked or database.max_connections

"""What the file says of a project, checked and resolved. Requests hold secrets: none of this is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from betterworker.bench.model import Mode

#: Methods that change nothing (RFC 9110, 9.2.1).
SAFE = ("GET", "HEAD", "OPTIONS")

Row = Mapping[str, str]
"""A value for each placeholder of a request, by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSpec:
    """A table ``[[requests]]``: one request, or one for each row of its ``values``.

    ``{placeholders}`` in path, headers, cookies and body are filled from ``values``. ``body`` is encoded
    already, whichever of body, json, form and files the file has. ``anonymous`` sends no log-in.
    ``contains`` must be in the body of a right answer.
    """

    name: str
    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    cookies: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    weight: float = 1.0
    status: int = 200
    contains: str | None = None
    mode: Mode = "sync"
    values: tuple[Row, ...] = ()
    anonymous: bool = False
    streams: bool = False

    @property
    def writes(self) -> bool:
        return self.method not in SAFE


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """The table ``[login]``: a form that sets a session's cookie, with Django's CSRF token.

    ``fields`` are what is sent besides the token; ``status`` are the answers of success (a redirect, mostly).
    """

    path: str
    fields: Mapping[str, str]
    cookie: str = "sessionid"
    status: tuple[int, ...] = (200, 302, 303)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFile:
    """A ``betterworker.toml`` with a table ``[project]``.

    ``folder`` (absolute) holds manage.py, ``python`` is the interpreter with the project's packages
    (empty: it is to be looked for). ``wsgi`` and ``asgi`` are ``module:name``, None where the project has
    none. ``env`` is added to the servers' environment, the variables of ``env_file`` among them;
    ``secrets`` are the values in all of the file that must appear nowhere. ``host`` is sent as Host;
    ``https`` has requests look as if they had come through a proxy that ends TLS. ``hosts`` are databases
    and caches elsewhere that may be used. ``setup`` is ``module:function``, run once before.
    ``baseline`` is the command the project runs on today.
    """

    path: Path
    folder: Path
    python: str
    settings: str
    wsgi: str | None
    asgi: str | None
    env: Mapping[str, str] = field(default_factory=dict)
    env_file: Path | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    host: str = "localhost"
    https: bool = False
    writes: bool = False
    hosts: tuple[str, ...] = ()
    setup: str | None = None
    baseline: str | None = None
    login: Login | None = None
    requests: tuple[RequestSpec, ...] = ()

    @property
    def name(self) -> str:
        """As it is called in reports: the settings' first package."""
        return self.settings.partition(".")[0]

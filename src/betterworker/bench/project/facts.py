"""What a project's own interpreter tells of it. Passwords are in ``Facts.secrets`` alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from betterworker.bench.model import Mode
from betterworker.bench.model.projects import Cache, Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """A URL pattern. ``path`` is None where it takes arguments, where another view answers to it, or where a
    secret is in it."""

    pattern: str
    path: str | None
    view: str
    mode: Mode
    name: str = ""
    namespace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailer:
    """A way to send mail. ``backend`` is a dotted name, ``host`` of a server that it is given to."""

    alias: str
    backend: str
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """``wsgi`` and ``asgi`` are ``module:name``, or None and ``…_problem`` says why.

    ``ssl_header`` is SECURE_PROXY_SSL_HEADER. ``unapplied`` are migrations, ``unreachable`` says why a
    database was not asked for them. ``elsewhere`` are other settings that name servers: setting and host.
    ``packages`` are versions by normalised name. ``urls_problem`` says why the project's URLs cannot be
    imported. ``static_paths`` are where static files and media lie. ``secrets`` are values of its settings
    and of its own files of variables: to be masked, and never stored.
    """

    settings: str
    executable: str
    python: str
    django: str
    wsgi: str | None
    wsgi_problem: str | None
    asgi: str | None
    asgi_problem: str | None
    debug: bool
    allowed_hosts: tuple[str, ...]
    ssl_redirect: bool
    ssl_header: tuple[str, str] | None
    middleware: tuple[str, ...]
    databases: tuple[Database, ...]
    caches: tuple[Cache, ...]
    mailers: tuple[Mailer, ...] = ()
    elsewhere: tuple[tuple[str, str], ...] = ()
    unapplied: tuple[str, ...] = ()
    unreachable: str | None = None
    packages: Mapping[str, str] = field(default_factory=dict)
    urls: tuple[Url, ...] = ()
    urls_problem: str | None = None
    login_path: str | None = None
    static_paths: tuple[str, ...] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def django_version(self) -> tuple[int, ...]:
        return _numbers(self.django)

    @property
    def python_version(self) -> tuple[int, ...]:
        return _numbers(self.python)


def _numbers(version: str) -> tuple[int, ...]:
    """``5.2.1`` and ``6.0rc1`` as two numbers."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A path that was asked for twice, and its second answer.

    ``view`` is a dotted name, of a page of Wagtail's its kind. ``refused`` is a statement that would have
    written to a database, ``calls`` are other machines that it would have called. ``raised`` is what became
    a status of 400 or 500. ``slow``: it did not answer.
    """

    path: str
    origin: Literal["asked", "wagtail", "redirect"] = "asked"
    view: str = ""
    mode: Mode = "sync"
    status: int | None = None
    location: str | None = None
    content_type: str = ""
    length: int = 0
    same_length: bool = True
    streams: bool = False
    ms: float = 0.0
    raised: str | None = None
    refused: str | None = None
    calls: tuple[str, ...] = ()
    slow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """``left`` are paths for which there was no time; ``pages_problem``: why Wagtail's are not tried."""

    tried: tuple[Tried, ...]
    left: tuple[str, ...] = ()
    pages_problem: str | None = None

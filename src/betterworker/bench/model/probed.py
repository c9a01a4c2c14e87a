"""What a project's requests did in a process of its own interpreter, before any server was started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from betterworker.bench.model.setups import Mode

#: What a streamed answer's body is made by: an iterator that is sync or async.
Streams = Literal["", "sync", "async"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One request in one of Django's own handlers, repeated ``Probed.times``.

    ``ms`` and ``first_ms`` are medians, to the end of an answer and to its first byte; ``hops`` is the most
    that one request handed to threads. By alias of a database: ``connects`` counts the connections opened in
    all repeats, ``connect_ms`` is the median time that one took.
    """

    ms: float
    first_ms: float
    hops: int = 0
    connects: Mapping[str, int] = field(default_factory=dict)
    connect_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """How long a request held the event loop, in milliseconds (the median of ``times`` repeats that did), and
    where: ``shop/views.py:12 in report``, outermost first."""

    ms: float
    times: int
    stack: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A query sent ``times`` in one request with other values; ``where`` is the project's line that asked."""

    sql: str
    times: int
    where: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """A request of the project's. ``stopped`` says why it did not answer as it should: then the rest is
    nothing.

    ``queries`` are of one request, ``repeated`` the same again and again among them; ``saves`` counts the
    repeats that saved a visitor's session, of one who had been there before. ``compiled`` templates take
    ``compile_ms`` in one request. ``left_bytes`` stay behind after each of ``left_times`` requests, most of
    them asked for at ``left_at``.
    """

    key: str
    times: int = 0
    stopped: str | None = None
    wsgi: Answered | None = None
    asgi: Answered | None = None
    stall: Stall | None = None
    queries: int = 0
    repeated: tuple[Repeated, ...] = ()
    saves: int = 0
    compiled: int = 0
    compile_ms: float = 0.0
    left_bytes: float = 0.0
    left_times: int = 0
    left_at: str | None = None
    streams: Streams = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hopping:
    """An entry of MIDDLEWARE, and the thread hops that it costs a request to a sync and to an async view:
    under Django's own ASGI handler (``stock``), and betterworker's (``better``)."""

    path: str
    stock: Mapping[Mode, int]
    better: Mapping[Mode, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """``hop_us`` is what one thread hop takes here; ``sync_only`` are the entries of MIDDLEWARE that cannot
    be async, ``uncached`` the template loaders that compile anew each time. ``max_connections`` is by alias,
    of the databases that say it. ``hopping`` is empty where it could not be counted; ``stock_hops`` and
    ``better_hops`` are of a whole request. ``unlooked`` says what could not be looked at, and why.
    """

    requests: tuple[Probed, ...] = ()
    hop_us: float | None = None
    sync_only: tuple[str, ...] = ()
    hopping: tuple[Hopping, ...] = ()
    stock_hops: Mapping[Mode, int] = field(default_factory=dict)
    better_hops: Mapping[Mode, int] = field(default_factory=dict)
    session_every_request: bool = False
    session_engine: str = ""
    uncached: tuple[str, ...] = ()
    max_connections: Mapping[str, int] = field(default_factory=dict)
    unlooked: tuple[str, ...] = ()

"""What stands for each backend that a study needs, found before anything is started."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from betterworker.bench.backends import postgres, programs, redis
from betterworker.bench.backends.urls import POSTGRES_OPTION, REDIS_OPTION, Given, address
from betterworker.bench.checks import Check
from betterworker.bench.errors import BadInput
from betterworker.bench.model import BackendName, Study
from betterworker.bench.room import Room

_MOST = re.compile(r"max_connections (\d+)$")
ABSENT: Mapping[BackendName, str] = {
    "redis": f"no redis-server or valkey-server on this machine: install one, or give {REDIS_OPTION}",
    "postgres": f"no PostgreSQL on this machine: install it, or give {POSTGRES_OPTION}",
}


def find(needed: Collection[BackendName], given: Given) -> dict[BackendName, str | None]:
    """``redis-server 7.0.15, started here``; None where there is none.

    Raises BadInput where what was given does not answer.
    """
    finders: Mapping[BackendName, Callable[[Given], str | None]] = {"redis": _redis, "postgres": _postgres}
    return {name: found(given) for name, found in finders.items() if name in needed}


def check_same(study: Study, given: Given) -> None:
    """A resumed run goes on with the backends it was begun with, or its windows could not be compared.

    One that was not there then is not looked for. Raises BadInput.
    """
    begun = {name: text for name in ABSENT if (text := study.backends.get(name)) is not None}
    for name, text in find(begun.keys(), given).items():
        if text != begun[name]:
            now = text or ABSENT[name]
            raise BadInput(
                f"This run was begun with {begun[name]}, now there is {now}. Begin a new run instead."
            )


def backends_here() -> tuple[Check, ...]:
    """Which of them a study would start on this machine. None is needed: without, its rows are skipped."""
    found = find(ABSENT.keys(), Given())
    return tuple(
        Check(name, "ok" if text else "skip", text or why)
        for name, why in ABSENT.items()
        for text in (found[name],)
    )


def own_room(study: Study, given: Given) -> tuple[Room, ...]:
    """At a PostgreSQL of the user's own, that servers of the built-in site may fill together. One that is
    started here has room for all of them."""
    found = _MOST.search(study.backends.get("postgres") or "")
    if found is None or given.database_url is None:
        return ()
    host, port = address(given.database_url)
    return (Room(port=port if host else None, allows=int(found[1]), needs="postgres"),)


def _redis(given: Given) -> str | None:
    if given.redis_url is None:
        program = programs.redis()
        return f"{program}, started here" if program else None
    try:
        return f"{redis.answering(given.redis_url)}, given by {REDIS_OPTION}"
    except ConnectionError as error:
        raise BadInput(f"No Redis answers at {REDIS_OPTION}: {error}") from error


def _postgres(given: Given) -> str | None:
    if given.database_url is None:
        program = programs.postgres()
        return f"{program}, started here, max_connections {postgres.MAX_CONNECTIONS}" if program else None
    try:
        version, most = postgres.answering(given.database_url)
    except ConnectionError as error:
        raise BadInput(f"No PostgreSQL answers at {POSTGRES_OPTION}: {error}") from error
    return f"{version}, given by {POSTGRES_OPTION}, max_connections {most}"

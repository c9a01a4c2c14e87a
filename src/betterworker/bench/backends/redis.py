"""Redis or Valkey: the cache of the Redis rows."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from betterworker.bench.backends.local import HOST, Local

if TYPE_CHECKING:
    from redis import Redis

URL, PREFIX = "BETTERWORKER_REDIS_URL", "BETTERWORKER_REDIS_PREFIX"
ANSWER_S = 2.0


class LocalRedis(Local):
    """In memory alone: no snapshot, no append-only file."""

    @property
    def env(self) -> Mapping[str, str]:
        return {URL: f"redis://{HOST}:{self.port}/0", PREFIX: "betterworker"}

    def command(self, folder: Path) -> Sequence[str]:
        in_memory = ("--save", "", "--appendonly", "no")
        closed = ("--rename-command", "CONFIG", "")  # with which any neighbour could have it write files
        place = ("--bind", HOST, "--port", str(self.port), "--dir", str(folder))
        return (str(self.program.path), *place, *in_memory, *closed)

    def set_up(self) -> None:
        answering(self.env[URL])


def answering(url: str) -> str:
    """What answers there: ``Redis 7.0.15``. Raises ConnectionError."""
    with _client(url) as client:
        return called(client.info("server"))


def called(info: Mapping[str, object]) -> str:
    """From what INFO says. Valkey says a version of Redis as well, for those that ask for it."""
    name, key = ("Valkey", "valkey_version") if "valkey_version" in info else ("Redis", "redis_version")
    return f"{name} {info.get(key, '')}".strip()


def new_prefix() -> str:
    """Of this study's keys, in a Redis that may hold others."""
    return f"betterworker-{secrets.token_hex(4)}"


def remove_keys(url: str, prefix: str) -> None:
    """Every key of that prefix. Raises ConnectionError."""
    with _client(url) as client:
        for key in client.scan_iter(match=f"{prefix}:*", count=1000):
            client.delete(key)


@contextmanager
def _client(url: str) -> Iterator[Redis]:
    import redis  # it takes a while to import, and few commands need it

    try:
        with redis.Redis.from_url(url, socket_timeout=ANSWER_S, socket_connect_timeout=ANSWER_S) as client:
            yield client
    except redis.RedisError as error:
        raise ConnectionError(str(error)) from error

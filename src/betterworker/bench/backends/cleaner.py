"""``python -m …cleaner``: waits to be told that a study is over, then removes what it put into a user's own
Redis or PostgreSQL.

A process behind a guard, since the program itself may be killed. Told by the environment, where passwords
are nobody else's to read. Exits with 1 and the reason where something is left.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module

from betterworker.bench.backends import postgres, redis

SCHEMA = "BETTERWORKER_POSTGRES_SCHEMA"
READY = "waits for the study's end"


def clean() -> None:
    """Raises ConnectionError."""
    if schema := os.environ.get(SCHEMA):
        postgres.drop_schema(os.environ[postgres.URL], schema)
    elif prefix := os.environ.get(redis.PREFIX):
        redis.remove_keys(os.environ[redis.URL], prefix)


def prepare() -> None:
    """Import what takes a while now: at the end its guard gives it a few seconds for all."""
    import_module("psycopg" if SCHEMA in os.environ else "redis")


def main() -> int:
    # Blocked, it waits until it is asked for.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    prepare()
    print(READY, flush=True)
    signal.sigwait({signal.SIGTERM})
    try:
        clean()
    except ConnectionError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

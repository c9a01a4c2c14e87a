"""Words that are no secret, whoever takes them for a password."""

from __future__ import annotations

#: Everybody knows these, and half a report would be hidden with them.
WORDS = frozenset(
    (
        *(
            "admin",
            "default",
            "django",
            "guest",
            "memcached",
            "mysql",
            "oracle",
            "pass",
            "password",
            "postgres",
        ),
        *("postgresql", "rabbitmq", "redis", "root", "sqlite", "test", "user"),
    )
)

"""The user's own Redis and PostgreSQL, given by URL, which is neither printed nor stored. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from betterworker.bench.errors import BadInput

REDIS_OPTION, POSTGRES_OPTION = "--redis-url", "--database-url"
REDIS_SCHEMES = ("redis", "rediss", "unix")
POSTGRES_SCHEMES = ("postgres", "postgresql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the user gave; None: nothing. Raises BadInput for what cannot be used."""

    redis_url: str | None = field(default=None, repr=False)
    database_url: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.redis_url is not None:
            check(REDIS_OPTION, self.redis_url, REDIS_SCHEMES)
        if self.database_url is not None:
            check(POSTGRES_OPTION, self.database_url, POSTGRES_SCHEMES)


def check(option: str, url: str, schemes: tuple[str, ...]) -> None:
    """Raises BadInput, which does not repeat the URL. What a library says of a broken one would."""
    scheme = url.partition("://")[0] if "://" in url else ""
    if scheme not in schemes:
        wanted = ", ".join(f"{name}://" for name in schemes)
        raise BadInput(f"{option} has to begin with one of {wanted}.")
    if not _is_whole(url):
        raise BadInput(
            f"{option} is no valid URL. Write {scheme}://user:password@host:port/name, and special "
            "characters of the password percent-encoded (@ as %40)."
        )


def in_schema(url: str, schema: str) -> str:
    """A PostgreSQL URL whose sessions work in that schema. They get their application's name elsewhere."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    query["options"] = f"{query.get('options', '')} -c search_path={schema}".strip()
    query.pop("application_name", None)
    # A plus sign stands for a space in forms alone: libpq takes it as it is.
    return parts._replace(query=urlencode(query, quote_via=quote)).geturl()


def address(url: str) -> tuple[str, int]:
    """Host and port of a PostgreSQL URL; without a host it is a local socket."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    host, port = parts.hostname or query.get("host", ""), parts.port or query.get("port", "")
    return "" if host.startswith("/") else host, int(port or 5432)


def _is_whole(url: str) -> bool:
    try:
        parts: SplitResult = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.netloc.count("@") <= 1 and not any(char.isspace() for char in url) and not parts.fragment

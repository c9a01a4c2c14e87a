"""Whether the project's own settings let our requests reach its views; where not, the line to write. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from betterworker.bench.project.facts import Facts
from betterworker.bench.project.nouns import ProjectFile

#: What Django allows where DEBUG is on and nothing else is said.
LOCAL = ("localhost", ".localhost", "127.0.0.1", "[::1]")
FORWARDED = ("HTTP_X_FORWARDED_PROTO", "https")


def hindrances(facts: Facts, file: ProjectFile) -> Iterator[str]:
    allowed = facts.allowed_hosts or (LOCAL if facts.debug else ())
    if not allows(allowed, file.host):
        yield (
            f"ALLOWED_HOSTS has no {file.host}: requests will be answered 400. "
            f'Write into [project]: host = "{_example(allowed)}"'
        )
    if facts.ssl_redirect and not file.https:
        yield "SECURE_SSL_REDIRECT sends requests on to HTTPS. Write into [project]: https = true"
    elif file.https and facts.ssl_header != FORWARDED and not _has(file, facts.ssl_header):
        unlike = "asks for another header than" if facts.ssl_header else "is not set to"
        yield (
            f"SECURE_PROXY_SSL_HEADER {unlike} X-Forwarded-Proto: https, which the requests have: only under "
            "servers that trust it themselves (gunicorn, uvicorn) does the project see HTTPS. Set it to "
            f"{FORWARDED}{', or give the requests the header it asks for' if facts.ssl_header else ''}"
        )


def allows(allowed: Sequence[str], host: str) -> bool:
    """As django.http.request.validate_host does, of a host with or without its port."""
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    name = name.lower().removesuffix(".")
    return any(_matches(pattern.lower(), name) for pattern in allowed)


def _matches(pattern: str, name: str) -> bool:
    if pattern.startswith("."):
        return name == pattern[1:] or name.endswith(pattern)
    return pattern in ("*", name)


def _example(allowed: Sequence[str]) -> str:
    return allowed[0].removeprefix(".") if allowed else "…"


def _has(file: ProjectFile, header: tuple[str, str] | None) -> bool:
    """Whether the requests have the header that says HTTPS, which WSGI names in its own way."""
    if header is None:
        return False
    name = header[0].removeprefix("HTTP_").replace("_", "-").lower()
    return all(any(key.lower() == name for key, _ in spec.headers) for spec in file.requests)

"""Why a URL that was tried cannot be measured as it is, with the line to write."""

from __future__ import annotations

from urllib.parse import urlsplit

from betterworker.bench.project.facts import Facts, Tried

_LOG_IN = ("login", "log-in", "signin", "sign-in")
_STATUS = {
    401: "answers 401: it needs a log-in (a table [login]) or a header",
    403: "answers 403: it may need a log-in (a table [login]) or a header",
    404: "answers 404",
    405: "answers 405: it takes another method than GET",
}


def why_not(tried: Tried, facts: Facts, host: str) -> str | None:
    """None where it can."""
    if tried.slow:
        return "no whole answer within 5 s: if it is a stream, measure it by hand"
    if tried.calls:
        return (
            f"calls {', '.join(tried.calls)} in every request, and was not let: if it may be called, "
            f"{' '.join(f'--host-elsewhere {each}' for each in tried.calls)}, or write it by hand"
        )
    if tried.refused:
        return f"a GET writes to the database ({_short(tried.refused)}): write it by hand if that is meant"
    if tried.status is None:
        return f"raises {tried.raised}"
    if tried.status == 200:
        return "streams its answer: write it with streams = true" if tried.streams else None
    if tried.location is not None and 300 <= tried.status < 400:
        return _redirected(tried, tried.location, facts)
    if tried.status == 400 and tried.raised and "DisallowedHost" in tried.raised:
        return f'answers 400: ALLOWED_HOSTS has no {host}: write host = "…" in [project]'
    said = f"answers {tried.status}" + (f": {tried.raised}" if tried.raised else "")
    return _STATUS.get(tried.status, said)


def is_log_in(path: str, facts: Facts) -> bool:
    return path.partition("?")[0] == facts.login_path or any(word in path.lower() for word in _LOG_IN)


def to_https(tried: Tried) -> bool:
    """Whether it is sent on to the same path behind HTTPS."""
    to = urlsplit(tried.location or "")
    return to.scheme == "https" and to.path == tried.path.partition("?")[0]


def _redirected(tried: Tried, location: str, facts: Facts) -> str:
    if to_https(tried):
        return "redirects to HTTPS, with https = true as well: set SECURE_PROXY_SSL_HEADER"
    # Its query may be long, and say nothing.
    to = urlsplit(location)._replace(query="", fragment="").geturl()
    if is_log_in(urlsplit(location).path, facts):
        return f"redirects to {to}: it needs a table [login]"
    return f"redirects to {to}"


def _short(sql: str) -> str:
    line = " ".join(sql.split())
    return line if len(line) <= 60 else f"{line[:57]}..."

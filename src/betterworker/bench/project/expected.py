"""What a right answer of a project looks like, and for a wrong one the line to write."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

from betterworker.bench.model import Reply
from betterworker.bench.project.nouns import ProjectFile, RequestSpec

Check = Callable[[Reply], str | None]
#: Django's own LOGGING writes no traceback with DEBUG off; the served application writes a line.
_RAISED = "what was raised is in the server's log, its traceback where LOGGING has a handler for it"


def check(spec: RequestSpec, file: ProjectFile) -> Check:
    wanted = None if spec.contains is None else spec.contains.encode()

    def complaint(reply: Reply) -> str | None:
        if reply.status != spec.status:
            return _with_advice(reply, spec, file)
        if wanted is not None and wanted not in reply.body:
            return f"HTTP {reply.status}, but without the text of `contains`"
        return None

    return complaint


def _with_advice(reply: Reply, spec: RequestSpec, file: ProjectFile) -> str:
    said = f"HTTP {reply.status} instead of {spec.status}"
    if 300 <= reply.status < 400:
        target = _target(reply.headers.get("location", ""))
        said = f"HTTP {reply.status} to {target.geturl() or 'nowhere'}"
        return f"{said}: {_redirected(reply.status, target.scheme, target.path, spec, file)}"
    advice = _advice(reply, spec, file)
    return f"{said}: {advice}" if advice else said


def _target(location: str) -> SplitResult:
    """Without what may hold a token or a password; empty where it is no address."""
    try:
        target = urlsplit(location)
    except ValueError:
        return urlsplit("")
    return target._replace(netloc=target.netloc.rpartition("@")[2], query="", fragment="")


def _redirected(status: int, scheme: str, path: str, spec: RequestSpec, file: ProjectFile) -> str:
    here = spec.path.partition("?")[0]
    if scheme == "https" and path == here:
        if file.https:
            return "it sees no HTTPS; set SECURE_PROXY_SSL_HEADER, or a header of your own under `headers`"
        return "write `https = true` in [project]"
    if path == f"{here}/":
        return f'write `path = "{path}"`'
    if "login" in path.lower() or "signin" in path.lower():
        return _to_log_in(status, spec, file)
    return f"write the path that it leads to, or `status = {status}`"


def _to_log_in(status: int, spec: RequestSpec, file: ProjectFile) -> str:
    if file.login is not None and not spec.anonymous:
        return "the log-in of [login] was not accepted"
    if file.login is not None:
        return "take away `login = false`"
    return f"write a table [login] or a header, or `status = {status}`"


def _advice(reply: Reply, spec: RequestSpec, file: ProjectFile) -> str:
    if reply.status == 400 and not spec.body:
        return f'it may refuse the Host {file.host!r}; write `host = "…"` in [project], of ALLOWED_HOSTS'
    if reply.status in (401, 403) and file.login is None:
        return "it may need a log-in; write a table [login], or `headers = {Authorization = …}`"
    if reply.status == 403 and spec.writes:
        return "it may want a CSRF token"
    if reply.status == 404:
        return "write a path that the project has"
    return _RAISED if reply.status >= 500 else ""

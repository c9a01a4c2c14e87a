"""Logs in as a browser does: asks for the form, sends it with Django's CSRF token, keeps the cookies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin, urlsplit

from betterworker.bench.errors import ServerFailure
from betterworker.bench.model import GET, Failure, Reply, Request
from betterworker.bench.ports import LiveServer
from betterworker.bench.probe import UNANSWERED
from betterworker.bench.project.forms import Page
from betterworker.bench.project.nouns import Login, ProjectFile
from betterworker.bench.project.secrets import Mask
from betterworker.bench.trial import Spoiled

Headers = tuple[tuple[str, str], ...]

CSRF_COOKIE = "csrftoken"
CSRF_HEADER = "X-CSRFToken"
#: What a request that writes needs where nobody logs in: the cookie and the header have to be the same.
ANY_TOKEN = "betterworker" + 20 * "0"
#: A form has these of its own.
OWN = ("authorization", "content-type", "cookie", "host", "referer", "x-csrftoken")
TIMEOUT_S = 30.0
REDIRECTS = 3
_DELETES = re.compile(r"max-age\s*=\s*(0|-\d+)", re.IGNORECASE)


@dataclass(slots=True)
class Logins:
    """The headers that make a request one of somebody who is logged in, by slot and server.

    Once for each life of a server: sessions may live in its memory. A log-in that failed is not tried again
    on the same server.
    """

    file: ProjectFile
    mask: Mask
    _known: dict[str, tuple[object, Headers | Failure]] = field(default_factory=dict)

    def __call__(self, slot: str, server: LiveServer) -> Headers:
        """Raises Spoiled where the project does not let us in."""
        if self.file.login is None:
            return self._unknown_visitor()
        life = (server.port, server.ready_at)
        if self._known.get(slot, (None, None))[0] != life:
            self._known[slot] = (life, self._tried(self.file.login, server))
        found = self._known[slot][1]
        if isinstance(found, Failure):
            raise Spoiled(found)
        return found

    def _tried(self, login: Login, server: LiveServer) -> Headers | Failure:
        try:
            return Visit(self.file, server, self.mask).log_in(login)
        except ServerFailure as error:
            return Failure(kind="wrong_answer", reason=error.reason, log_tail=error.log_tail)

    def _unknown_visitor(self) -> Headers:
        if not any(spec.writes for spec in self.file.requests):
            return ()
        return _headers(self.file, {CSRF_COOKIE: ANY_TOKEN})


class Visit:
    """One visitor with its cookies."""

    def __init__(self, file: ProjectFile, server: LiveServer, mask: Mask) -> None:
        self.file = file
        self.server = server
        self.mask = mask
        self.cookies: dict[str, str] = {}

    def log_in(self, login: Login) -> Headers:
        path, reply = self._page(login.path)
        if reply.status != 200:
            raise self._failure(login, f"GET {path} answers HTTP {reply.status} where a form should be")
        form = Page(_text(reply)).form(frozenset(login.fields))
        fields = {**(form.hidden if form else {}), **login.fields}
        target = urljoin(path, form.action) if form and form.action else path
        reply = self._ask(_local(target), self._post(path, fields))
        self._judge(login, reply)
        return _headers(self.file, self.cookies)

    def _page(self, path: str) -> tuple[str, Reply]:
        """The log-in's page, and where it is: the front page of an admin site leads to it."""
        for _ in range(REDIRECTS):
            reply = self._ask(path, GET)
            if reply.status not in (301, 302, 303, 307, 308):
                break
            path = _local(urljoin(path, reply.headers.get("location", "")))
        return path, reply

    def _post(self, path: str, fields: Mapping[str, str]) -> Request:
        """As a browser sends a form. Its token comes with the hidden fields, or from the cookie."""
        scheme = "https" if self.file.https else "http"
        headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Referer", f"{scheme}://{self.file.host}{path}"),
        ]
        if CSRF_COOKIE in self.cookies:
            headers.append((CSRF_HEADER, self.cookies[CSRF_COOKIE]))
        return Request(method="POST", headers=tuple(headers), body=urlencode(fields).encode())

    def _ask(self, path: str, request: Request) -> Reply:
        headers = (*base_headers(self.file), *request.headers, *_cookie(self.cookies))
        sent = Request(method=request.method, headers=headers, body=request.body)
        try:
            reply = self.server.get_all(path, 1, TIMEOUT_S, sent)[0]
        except UNANSWERED as error:
            raise ServerFailure(
                f"log-in: no answer: {type(error).__name__}: {error}", self.server.log_tail()
            ) from error
        self._keep(reply)
        return reply

    def _keep(self, reply: Reply) -> None:
        for line in reply.headers.get("set-cookie", "").splitlines():
            name, value = _set_by(line)
            if name:
                self.cookies[name] = value
                self.mask.add(value)

    def _judge(self, login: Login, reply: Reply) -> None:
        """Let in: a status of success, the session's cookie, and not the same form once more."""
        page = Page(_text(reply))
        again = reply.status == 200 and any(form.password for form in page.forms)
        if reply.status not in login.status or again:
            said = f": {page.complaint}" if page.complaint else ""
            raise self._failure(login, f"the form is answered HTTP {reply.status}{said}")
        if not self.cookies.get(login.cookie):
            names = ", ".join(sorted(self.cookies)) or "none"
            raise self._failure(login, f"no cookie {login.cookie!r} was set (cookies: {names})")

    def _failure(self, login: Login, what: str) -> ServerFailure:
        return ServerFailure(
            self.mask(
                f"log-in at {login.path} failed: {what.rstrip('.')}. See [login] in {self.file.path.name}"
            ),
            self.server.log_tail(),
        )


def base_headers(file: ProjectFile) -> Headers:
    """What every request to the project has: a proxy in front of it may be known by a header of its own."""
    given = set.intersection(*(set(spec.headers) for spec in file.requests)) if file.requests else set()
    common = sorted(each for each in given if each[0].lower() not in OWN)
    names = {name.lower() for name, _ in common}
    proto = [("X-Forwarded-Proto", "https")] if file.https and "x-forwarded-proto" not in names else []
    return (("Host", file.host), *proto, *common)


def _headers(file: ProjectFile, cookies: Mapping[str, str]) -> Headers:
    """Of every request of a visitor. Behind HTTPS, Django's CSRF check wants a referer."""
    token = [(CSRF_HEADER, cookies[CSRF_COOKIE])] if CSRF_COOKIE in cookies else []
    referer = [("Referer", f"https://{file.host}/")] if file.https else []
    return (*_cookie(cookies), *token, *referer)


def _cookie(cookies: Mapping[str, str]) -> Headers:
    text = "; ".join(f"{name}={value}" for name, value in cookies.items() if value)
    return (("Cookie", text),) if text else ()


def _set_by(line: str) -> tuple[str, str]:
    """Name and value, empty where the cookie is deleted. Whatever attributes there are: http.cookies reads
    nothing of a line with one that it does not know."""
    pair, *attributes = line.split(";")
    name, _, value = pair.partition("=")
    gone = value.strip() == '""' or any(_DELETES.fullmatch(each.strip()) for each in attributes)
    return name.strip(), "" if gone else value.strip()


def _local(url: str) -> str:
    """Path and query: whatever host a redirect names, it is asked of this server."""
    parts = urlsplit(url)
    return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"


def _text(reply: Reply) -> str:
    return reply.body.decode("utf-8", "replace")

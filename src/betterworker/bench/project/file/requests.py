"""From a table ``[[requests]]`` to a RequestSpec."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from betterworker.bench.project.file.bodies import encoded, form
from betterworker.bench.project.file.tables import RequestTable
from betterworker.bench.project.file.values import rows
from betterworker.bench.project.file.wrong import Key, Wrong
from betterworker.bench.project.naming import NAME, RESERVED, name_of, unique
from betterworker.bench.project.nouns import RequestSpec
from betterworker.bench.project.placeholders import AS_IS, SETUP, names_in, names_of

#: What an access log of years counts; sums of far more are no numbers.
HEAVIEST = 1e9
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
#: Those that the load writes itself, with where to say it.
OURS = {
    "host": "write host in [project]",
    "content-length": "it is counted",
    "transfer-encoding": "bodies are sent whole",
    "connection": "connections are kept alive, as by a proxy",
}

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def spec_of(table: RequestTable, folder: Path, key: Key, *, set_up: bool) -> RequestSpec:
    """Raises Wrong; ``set_up`` where {setup.NAME} will be known. The name may still be empty."""
    body, content_type = encoded(table, folder, key)
    spec = RequestSpec(
        name=_name(table, key),
        path=path_of(table.path, (*key, "path"), form(table.query)),
        method=_method(table.method, (*key, "method")),
        headers=_headers(table, content_type, key),
        cookies=_cookies(table, key),
        body=body,
        weight=_weight(table.weight, (*key, "weight")),
        status=_status(table.status, (*key, "status")),
        contains=_contains(table, (*key, "contains")),
        mode=table.mode,
        values=rows(table.values, folder, (*key, "values")),
        anonymous=not table.login,
        streams=table.streams,
    )
    _check_placeholders(spec, key, set_up=set_up)
    _check_whole_paths(spec, (*key, "values"))
    return spec


def names(tables: Sequence[RequestTable]) -> list[str]:
    """Each by itself; raises Wrong where two were given the same."""
    given = [table.name for table in tables if table.name]
    for number, table in enumerate(tables):
        if given.count(table.name) > 1:
            raise Wrong(("requests", number, "name"), f"two requests are called {table.name!r}")
    made = iter(unique((name_of(each.method, each.path) for each in tables if not each.name), given))
    return [table.name or next(made) for table in tables]


def path_of(path: str, key: Key, query: str = "") -> str:
    """With its query, percent-encoded where it has to be."""
    if not path.startswith("/") and "://" in path.partition("?")[0]:
        raise Wrong(key, "write the path alone, from its first / on")
    if not path.startswith("/") and not re.fullmatch(r"\{\w+\}", path):
        raise Wrong(key, f"a path begins with /: write {('/' + path)!r}")
    if "#" in path:
        raise Wrong(key, "what follows a # is never sent: leave it out")
    sign = "&" if "?" in path else "?"
    return quote(path, safe=AS_IS) + (sign + query if query else "")


def _name(table: RequestTable, key: Key) -> str:
    if table.name in RESERVED:
        raise Wrong((*key, "name"), f"{table.name!r} means something else: choose another")
    if table.name and not NAME.fullmatch(table.name):
        raise Wrong((*key, "name"), "at most 60 letters, digits and . _ - (it is typed on the command line)")
    return table.name


def _method(method: str, key: Key) -> str:
    if method not in METHODS:
        raise Wrong(key, f"{method!r} is none of {', '.join(METHODS)}")
    return method


def _contains(table: RequestTable, key: Key) -> str | None:
    if table.contains and table.method == "HEAD":
        raise Wrong(key, 'the answer to HEAD has no body. Leave it out, or write method = "GET"')
    return table.contains or None


def _headers(table: RequestTable, content_type: str, key: Key) -> tuple[tuple[str, str], ...]:
    for name, value in table.headers.items():
        if wrong := wrong_header(name, value):
            raise Wrong((*key, "headers", name), wrong)
    given = {name.lower() for name in table.headers}
    if table.cookies and "cookie" in given:
        raise Wrong((*key, "cookies"), "there is a header Cookie already: write all of them here")
    added = (("Content-Type", content_type),) if content_type and "content-type" not in given else ()
    return (*table.headers.items(), *added)


def wrong_header(name: str, value: str) -> str:
    """Why it cannot be sent; empty where it can."""
    if name.lower() in OURS:
        return f"{name} cannot be given: {OURS[name.lower()]}"
    if not _TOKEN.fullmatch(name):
        return f"{name!r} is no header's name"
    return "a header's value is one line" if _CONTROL.search(value) else ""


def _cookies(table: RequestTable, key: Key) -> Mapping[str, str]:
    for name, value in table.cookies.items():
        if not _TOKEN.fullmatch(name) or ";" in value or _CONTROL.search(value):
            raise Wrong((*key, "cookies", name), "a cookie's value is one line without a semicolon")
    return dict(table.cookies)


def _weight(weight: float, key: Key) -> float:
    if not 0 < weight <= HEAVIEST:
        raise Wrong(key, "a weight is a number above 0, at most a billion. For example: weight = 3")
    return weight


def _status(status: int, key: Key) -> int:
    if not 200 <= status <= 599:
        raise Wrong(key, f"{status} is no final status: 200 to 599")
    return status


def _check_placeholders(spec: RequestSpec, key: Key, *, set_up: bool) -> None:
    """Braces in a path mean a placeholder, elsewhere only with a value of that name."""
    known = frozenset(spec.values[0]) if spec.values else frozenset()
    for name in sorted(names_in(spec.path) - known):
        if not name.startswith(SETUP):
            raise Wrong((*key, "path"), f"{{{name}}} has no value. For example: values = [{{ {name} = 1 }}]")
    everywhere = names_of(spec)
    if not set_up and any(name.startswith(SETUP) for name in everywhere):
        raise Wrong(key, "{setup.NAME} is what the function of `setup` in [project] gives: there is none")
    if known and not known & everywhere:
        first = next(iter(spec.values[0]))
        raise Wrong((*key, "values"), f"no value is used: write {{{first}}} where it belongs")


def _check_whole_paths(spec: RequestSpec, key: Key) -> None:
    """Of a path that is one placeholder each value is a path."""
    if spec.path.startswith("/"):
        return
    for number, row in enumerate(spec.values, start=1):
        if not row[spec.path[1:-1]].startswith("/"):
            raise Wrong(key, f"row {number} has no path for {spec.path}: it begins with /, without a host")

"""``{name}`` in a request, in whose place a value goes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, quote_plus

from betterworker.bench.project.nouns import RequestSpec, Row

#: What the set-up hook gives is ``{setup.NAME}``: its values are not known before it has run.
SETUP = "setup."
FORM = "application/x-www-form-urlencoded"
#: What may stand in a path and its query as it is (RFC 3986), percent signs and placeholders among it.
AS_IS = "%/:@!$&'()*+,;=?{}~"

_MARK = re.compile(r"\{([A-Za-z_][\w.]*)\}")
_ENCODED_MARK = re.compile(r"%7B([A-Za-z_][\w.]*)%7D")

Escape = Callable[[str], str]


def names_in(text: str) -> frozenset[str]:
    return frozenset(_MARK.findall(text))


def names_of(spec: RequestSpec) -> frozenset[str]:
    """Every name that a request has in braces, whether it is meant or not."""
    parts = [spec.path, *(value for _, value in spec.headers), *spec.cookies.values()]
    return frozenset().union(*map(names_in, parts), names_in(spec.body.decode("latin-1")))


def kept(encoded: str) -> str:
    """The placeholders of a text that was percent-encoded as a whole."""
    return _ENCODED_MARK.sub(r"{\1}", encoded)


def filled(spec: RequestSpec, row: Row) -> RequestSpec:
    """With the values of a row, each escaped as its place needs; other braces stay as they are."""
    return replace(
        spec,
        path=_path(spec.path, row),
        headers=tuple((name, _put(value, row, _in_header)) for name, value in spec.headers),
        cookies={name: _put(value, row, _in_header) for name, value in spec.cookies.items()},
        body=_body(spec, row),
        contains=None if spec.contains is None else _put(spec.contains, row, str),
    )


def _put(text: str, row: Row, escape: Escape) -> str:
    return _MARK.sub(lambda mark: escape(row[mark[1]]) if mark[1] in row else mark[0], text)


def _path(path: str, row: Row) -> str:
    """A path that is one placeholder takes whole paths, which have their query and encoding already."""
    if _MARK.fullmatch(path):
        return quote(_put(path, row, str), safe=AS_IS)
    before, mark, query = path.partition("?")
    return _put(before, row, _in_path) + mark + _put(query, row, quote_plus)


def _in_path(value: str) -> str:
    return quote(value, safe="/:@!$&'()*+,;=~")


def _in_header(value: str) -> str:
    return re.sub(r"[\r\n]+", " ", value)


def _in_json(value: str) -> str:
    """For a place inside a JSON string."""
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _body(spec: RequestSpec, row: Row) -> bytes:
    """Bytes that are no text may stand beside the placeholders."""
    if not spec.body:
        return spec.body
    escape = _escape(next((value for name, value in spec.headers if name.lower() == "content-type"), ""))
    text = spec.body.decode("utf-8", "surrogateescape")
    return _put(text, row, escape).encode("utf-8", "surrogateescape")


def _escape(content_type: str) -> Escape:
    if content_type.startswith(FORM):
        return quote_plus
    return _in_json if "json" in content_type else str

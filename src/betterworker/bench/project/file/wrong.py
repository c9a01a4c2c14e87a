"""What is wrong in the file, with the key it is about."""

from __future__ import annotations

import difflib
import re
from typing import get_type_hints

import msgspec

from betterworker.bench.project.file.tables import TYPES, Table
from betterworker.bench.project.file.typed import typed

Key = tuple[str | int, ...]
"""``("requests", 0, "headers", "Host")``."""

_PLAIN = {
    "null": "nothing",
    "str": "text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}


class Wrong(Exception):
    """Only inside this package: the file and its line are added on the way out."""

    def __init__(self, key: Key, what: str) -> None:
        super().__init__(what)
        self.key = key
        self.what = what


def converted(value: object, key: Key) -> Table:
    """A table as its type; raises Wrong."""
    kind = TYPES[str(key[0])]
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _translated(str(error), key, kind) from error


def said(key: Key) -> str:
    """``headers.Host of [[requests]]``."""
    table = f"[[{key[0]}]]" if key[0] == "requests" else f"[{key[0]}]"
    names = [str(part) for part in key[1:] if isinstance(part, str)]
    return f"{'.'.join(names)} of {table}" if names else table


def unknown(name: str, known: list[str], table: str) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}."
    return f"no key of {table} is called {name!r}. {hint}"


def _translated(text: str, key: Key, kind: type[Table]) -> Wrong:
    what, _, where = text.partition(" - at `$")
    inner = tuple(re.findall(r"\.([A-Za-z_]+)", where))
    if found := re.search(r"unknown field `(.*)`", what):
        return Wrong((*key, found[1]), unknown(found[1], list(kind.__struct_fields__), said(key)))
    if found := re.search(r"missing required field `(.*)`", what):
        return Wrong(key, f"lacks {found[1]}. {_for_example(kind, found[1])}")
    return Wrong((*key, *inner), f"{_in_words(what)}. {_for_example(kind, inner[0])}")


def _in_words(what: str) -> str:
    """``Expected `str`, got `int``` in the words of who writes a file."""
    plain = re.sub(r"`([^`]*)`", lambda names: " or ".join(map(_word, names[1].split(" | "))), what)
    return plain[:1].lower() + plain[1:]


def _word(name: str) -> str:
    return _PLAIN.get(name, name)


def _for_example(kind: type[Table], name: str) -> str:
    meta = get_type_hints(kind, include_extras=True)[name].__metadata__[0]
    return f"For example: {name} = {typed(meta.examples[0])}"

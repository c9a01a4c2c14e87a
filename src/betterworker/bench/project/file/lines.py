"""On which line of a TOML text a key stands: tomllib does not tell."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from betterworker.bench.project.file.wrong import Key

#: A value of so many lines is tried again only where it may end.
LONG = 50
ENDS = ("]", "}", '"""', "'''")


def line_of(key: Key, text: str) -> int:
    """That of the key, or of what it would stand in; 1 where neither is there."""
    found = _lines(text)
    return next((found[key[:end]] for end in range(len(key), 0, -1) if key[:end] in found), 1)


def _lines(text: str) -> dict[Key, int]:
    """Key -> its line, from 1, of every key of a text that is TOML."""
    found: dict[Key, int] = {}
    tables: Counter[Key] = Counter()
    table: Key = ()
    for line, statement in _statements(text):
        parsed = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = _header(parsed, tables)
            found.setdefault(table, line)
            found.setdefault(tuple(name for name in table if isinstance(name, str)), line)
        else:
            for key in _keys(parsed):
                found.setdefault((*table, *key), line)
    return found


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header and each key with its value is TOML by itself; the number is of its first line."""
    begun = 0
    pending: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not pending:
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            begun = number
        pending.append(line)
        if _may_end(line, len(pending)) and _is_toml("\n".join(pending)):
            yield begun, "\n".join(pending)
            pending = []


def _may_end(line: str, count: int) -> bool:
    return count < LONG or line.lstrip().startswith(ENDS)


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _header(parsed: dict[str, Any], tables: Counter[Key]) -> Key:
    """The table that a header opens; a name alone is of the last table of a list."""
    key: Key = ()
    inner: Any = parsed
    while inner:
        name, inner = next(iter(inner.items()))
        key = (*key, name)
        if isinstance(inner, list):
            tables[key] += 1
            return (*key, tables[key] - 1)
        if tables[key]:
            key = (*key, tables[key] - 1)
    return key


def _keys(parsed: dict[str, Any]) -> Iterator[Key]:
    for name, value in parsed.items():
        yield (name,)
        if isinstance(value, dict):
            yield from ((name, *key) for key in _keys(value))

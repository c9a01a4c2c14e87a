"""Names of requests, as they stand in tables and on the command line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from betterworker.bench.project.nouns import SAFE

#: No comma, colon or pattern's sign: the command line reads those.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")
#: The row of all requests, and the word for no row.
TRAFFIC = "traffic"
RESERVED = (TRAFFIC, "none")


def name_of(method: str, path: str) -> str:
    """``books-id`` of ``GET /books/{id}/?page=2``, ``home`` of ``/``; other methods are named too."""
    words = re.findall(r"[A-Za-z0-9_]+", path.partition("?")[0])
    plain = "-".join(words) or "home"
    whole = plain if method in SAFE else f"{method.lower()}-{plain}"
    name = whole[:50].strip("-_")
    return f"{name}-page" if name in RESERVED else name or "request"


def unique(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Each by itself: what is taken, or comes again, gets a number."""
    seen = set(taken)
    found = []
    for name in names:
        numbered = (f"{name}-{number}" for number in itertools.count(2))
        new = next(each for each in itertools.chain([name], numbered) if each not in seen)
        seen.add(new)
        found.append(new)
    return found

"""Paths that differ in a number or a key only: one request, with values."""

from __future__ import annotations

import re
from urllib.parse import quote

from betterworker.bench.project.nouns import Row
from betterworker.bench.project.placeholders import AS_IS

#: Braces of a path are no placeholders here.
_AS_IS = AS_IS.translate({ord("{"): None, ord("}"): None})

_PART = re.compile(r"\d+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def cleaned(path: str) -> str:
    """As it may be sent."""
    return quote(path, safe=_AS_IS)


def pattern_of(path: str) -> tuple[str, Row]:
    """``/books/{id}/`` and its values of ``/books/7/``; the query stays as it is."""
    before, mark, query = cleaned(path).partition("?")
    row: dict[str, str] = {}
    parts = [_part(part, row) for part in before.split("/")]
    return "/".join(parts) + mark + query, row


def _part(part: str, row: dict[str, str]) -> str:
    if not _PART.fullmatch(part):
        return part
    name = f"id{len(row) + 1}" if row else "id"
    row[name] = part
    return f"{{{name}}}"

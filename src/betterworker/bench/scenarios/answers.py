"""What a right answer looks like: small checks that scenarios are put together from."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from zlib import crc32

from betterworker.bench.model import Mode, Reply

Check = Callable[[Reply], str | None]

#: Of the table that the query rows read, in whichever database.
ROWS = 30


def answer(mode: Mode, name: str, *checks: Check) -> Check:
    """Status 200, from the view of that name, and every further check; the first complaint is returned."""

    def check(reply: Reply) -> str | None:
        complaints = (part(reply) for part in (is_ok, from_view(f"{mode}/{name}"), *checks))
        return next((complaint for complaint in complaints if complaint), None)

    return check


def table_as_json(mode: Mode, name: str) -> Check:
    """The right answer of a view that gives the table as JSON."""
    return answer(mode, name, json_list(ROWS), length_between(1_000, 1_600))


def table_as_html(mode: Mode, name: str) -> Check:
    """As HTML: a row for each, and one for the head."""
    return answer(mode, name, occurrences(b"<tr>", ROWS + 1), length_between(2_500, 4_000))


def is_ok(reply: Reply) -> str | None:
    return None if reply.status == 200 else f"HTTP {reply.status}"


def from_view(name: str) -> Check:
    """The site's views name themselves, so that a route to the wrong view cannot go unseen."""

    def check(reply: Reply) -> str | None:
        said = reply.headers.get("x-view")
        return None if said == name else f"answered by the view {said!r} instead of {name!r}"

    return check


def length_between(low: int, high: int) -> Check:
    """Bytes of the body as sent."""

    def check(reply: Reply) -> str | None:
        length = len(reply.body)
        return None if low <= length <= high else f"{length:,} bytes, not {low:,} to {high:,}"

    return check


def json_list(count: int, decode: Callable[[bytes], bytes] = bytes) -> Check:
    """A JSON list of exactly so many items, after decoding."""

    def check(reply: Reply) -> str | None:
        try:
            value: Any = json.loads(decode(reply.body))
        except ValueError as error:
            return f"not JSON: {error}"
        if not isinstance(value, list):
            return f"JSON of type {type(value).__name__}, not a list"
        return None if len(value) == count else f"{len(value)} items instead of {count}"

    return check


def json_object(*keys: str) -> Check:
    """A JSON object with at least these keys."""

    def check(reply: Reply) -> str | None:
        try:
            value: Any = json.loads(reply.body)
        except ValueError as error:
            return f"not JSON: {error}"
        if not isinstance(value, dict):
            return f"JSON of type {type(value).__name__}, not an object"
        missing = [key for key in keys if key not in value]
        return f"JSON without {missing[0]!r}" if missing else None

    return check


def occurrences(text: bytes, count: int) -> Check:
    """The body contains a piece of text so many times."""

    def check(reply: Reply) -> str | None:
        found = reply.body.count(text)
        return None if found == count else f"{found} × {text.decode()} instead of {count}"

    return check


def json_equal(value: object) -> Check:
    """Exactly this, as JSON."""

    def check(reply: Reply) -> str | None:
        try:
            found: Any = json.loads(reply.body)
        except ValueError as error:
            return f"not JSON: {error}"
        return None if found == value else f"{json.dumps(found)[:100]} instead of {json.dumps(value)}"

    return check


def content(length: int, checksum: int) -> Check:
    """So many bytes with this CRC-32."""

    def check(reply: Reply) -> str | None:
        if len(reply.body) != length:
            return f"{len(reply.body):,} bytes instead of {length:,}"
        found = crc32(reply.body)
        return None if found == checksum else f"other content: CRC-32 {found:08x} instead of {checksum:08x}"

    return check


def sets_cookie(name: str) -> Check:
    def check(reply: Reply) -> str | None:
        set_ones = reply.headers.get("set-cookie", "").splitlines()
        return None if any(cookie.startswith(f"{name}=") for cookie in set_ones) else f"sets no {name} cookie"

    return check

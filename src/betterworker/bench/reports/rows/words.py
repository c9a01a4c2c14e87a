"""How names and numbers are written."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MISSING = "–"

#: What a terminal takes as a command: colours, cursor moves, titles.
_ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[@-Z\\^_])")

_TITLES = {
    "json": "JSON",
    "query-json": "query JSON",
    "query-html": "query HTML",
    "brotli": "Brotli",
    "requests": "Request",
    "httpx": "HTTPX",
    "aiohttp": "AIOHTTP",
    "niquests": "Niquests",
    "requests-pooled": "Request pooled",
    "httpx-pooled": "HTTPX pooled",
    "aiohttp-pooled": "AIOHTTP pooled",
    "niquests-pooled": "Niquests pooled",
    "fake-redis-hit": "Fake Redis hit",
    "fake-redis-set": "Fake Redis set",
    "redis-hit": "Redis hit",
    "redis-set": "Redis set",
    "postgres-query-json": "PG query JSON",
    "postgres-query-html": "PG query HTML",
    "postgres-pool-query-json": "PG pool query JSON",
    "postgres-pool-query-html": "PG pool query HTML",
    "upload": "Upload",
    "stream": "Stream",
    "orm-write": "ORM write",
    "login": "Login",
    "mixed-blocking": "Mixed blocking",
    "mixed-cpu": "Mixed CPU",
}


def row_title(scenario: str) -> str:
    """``json:sync`` -> ``Sync JSON``; an unknown name is written without dashes, a path as it is."""
    name, _, mode = scenario.rpartition(":")
    words = name if "/" in name else name.replace("-", " ")
    return f"{mode.capitalize()} {_TITLES.get(name, words)}"


def point_title(scenario: str, point: str, rate: float) -> str:
    """A row of the open loop: ``Sync JSON at 50 %``, ``Sync JSON at 210 RPS (common)``."""
    title = row_title(scenario)
    if point.endswith("%"):
        return f"{title} at {point[:-1]} %"
    return f"{title} at {whole(rate)} RPS ({point})"


def connections_title(scenario: str, connections: int) -> str:
    """``Sync JSON at 8 connections``."""
    return f"{row_title(scenario)} at {connections:,} connection{'s' * (connections > 1)}"


def number(value: float) -> str:
    """Three figures or more: ``0.51``, ``38.5``, ``4,210``."""
    if abs(value) >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 9.995 else f"{value:.2f}"


def number_or_missing(value: float | None) -> str:
    return MISSING if value is None else number(value)


def whole(value: float) -> str:
    """A rate, which needs no decimals where it has none: ``60``, ``2.50``, ``4,210``."""
    return f"{value:,.0f}" if value == round(value) else number(value)


def ratio(value: float, decimals: int = 2) -> str:
    """``0.96``, ``1.001``, ``42.0``: a decimal more where two would hide on which side of 1 it lies."""
    if value >= 9.995:
        return number(value)
    precise = f"{value:.3f}"
    near_one = 0.995 <= value < 1.005 and precise != "1.000"
    return precise if near_one else f"{value:.{decimals}f}"


def ratio_decimals(value: float) -> int:
    """So many that a small ratio keeps two figures: 2 for ``0.96``, 3 for ``0.012``."""
    return 2 if not 0 < value < 0.1 else 1 - math.floor(math.log10(value))


def percent(share: float) -> str:
    """A fraction in per cent: ``0.4%``, ``12%``."""
    return f"{100 * share:.0f}%" if share >= 0.00995 else f"{100 * share:.1f}%"


def one_line(text: str) -> str:
    """A server's own words without line breaks and control characters, which break a layout."""
    return " ".join(_printable(text).split())


def lines(text: str) -> str:
    """A log as it is, without what commands a terminal: its line breaks stay, and its indentation."""
    plain = _ESCAPES.sub("", text).expandtabs(4)
    return "\n".join(map(_printable, plain.splitlines()))


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in _ESCAPES.sub("", text))


def shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def joined(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))

"""How names and numbers are written."""

from __future__ import annotations

MISSING = "–"

_TITLES = {
    "json": "JSON",
    "query-json": "query JSON",
    "query-html": "query HTML",
    "brotli": "Brotli",
    "requests": "Request",
    "httpx": "HTTPX",
    "aiohttp": "AIOHTTP",
    "fake-redis-hit": "Fake Redis hit",
    "fake-redis-set": "Fake Redis set",
}


def row_title(scenario: str) -> str:
    """``json:sync`` -> ``Sync JSON``; an unknown name is written as it is, without dashes."""
    name, _, mode = scenario.rpartition(":")
    return f"{mode.capitalize()} {_TITLES.get(name, name.replace('-', ' '))}"


def number(value: float) -> str:
    """Three figures or more: ``0.51``, ``38.5``, ``4,210``."""
    if abs(value) >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 9.995 else f"{value:.2f}"


def number_or_missing(value: float | None) -> str:
    return MISSING if value is None else number(value)


def percent(share: float) -> str:
    """A fraction in per cent: ``0.4%``, ``12%``."""
    return f"{100 * share:.0f}%" if share >= 0.00995 else f"{100 * share:.1f}%"


def one_line(text: str) -> str:
    """A server's own words without line breaks and control characters, which break a layout."""
    kept = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(kept.split())


def shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"

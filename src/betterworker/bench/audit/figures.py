"""Figures with units, as wrk writes them: ``266.45ms``, ``93.92MB``."""

from __future__ import annotations

import re

# No figure has more digits than a float keeps; what has is garbled.
COUNT = r"(\d{1,15})(?!\d)"
NUMBER = r"\d{1,15}(?:\.\d{1,15})?(?!\d)"
TIME = rf"(?:{NUMBER}(?:us|µs|ms|s|m|h))"
SIZE = rf"(?:{NUMBER}[KMGTP]?B)"

_SECONDS = {"us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
# wrk counts bytes in powers of 1024.
_BYTES = {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4, "PB": 1024**5}
_PARTS = re.compile(r"(\d+)(?:\.(\d+))?(\D+)")


def seconds(text: str) -> float:
    """``2.00s``, ``1.5m``, ``635.91us``."""
    number, unit, _ = _split(text)
    return number * _SECONDS[unit]


def rounding_s(text: str) -> float:
    """By how much the time that was written may differ from the one that was meant."""
    _, unit, decimals = _split(text)
    return 0.5 * 0.1**decimals * _SECONDS[unit]


def size(text: str) -> float:
    """In bytes."""
    number, unit, _ = _split(text)
    return number * _BYTES[unit]


def _split(text: str) -> tuple[float, str, int]:
    match = _PARTS.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a number with a unit")
    whole, decimals, unit = match.groups(default="")
    return float(f"{whole}.{decimals or 0}"), unit, len(decimals)

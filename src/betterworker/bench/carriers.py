"""What carries the requests of ``requests``: urllib3, or the fork that niquests puts in its place. Pure."""

from __future__ import annotations

FORK = "urllib3-future"
#: The package that leaves its requests to it.
CARRIED = "requests"
#: How to have both, each under its own name.
MEND = f"URLLIB3_NO_OVERRIDE=1 pip install --force-reinstall --no-cache-dir --no-binary={FORK} {FORK} urllib3"


def told(imported: str, installed: str | None) -> str:
    """The version of what ``import urllib3`` gives, and whether that is what was installed by that name."""
    return imported if imported == installed else f"{imported} ({FORK} in its place)"


def carrier(version: str) -> str:
    """``urllib3 2.8.0``, of a version as `told` makes it."""
    return f"{FORK if is_fork(version) else 'urllib3'} {version.partition(' ')[0]}"


def is_fork(text: str) -> bool:
    """Of a text as `told` or `carrier` makes it."""
    return FORK in text

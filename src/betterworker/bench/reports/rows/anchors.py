"""How places of a page are named in links: from names that may hold anything."""

from __future__ import annotations

import re

_UNSAFE = re.compile(r"[^A-Za-z0-9:./@_-]")


def safe(name: str) -> str:
    """For an ``id`` and a link to it. No two names become the same: ``uvicorn#2`` -> ``uvicorn~23~2``."""
    return _UNSAFE.sub(lambda found: f"~{ord(found[0]):x}~", name)


def cell_anchor(row: str, worker: str) -> str:
    """``cell-json:sync/uvicorn``, ``cell-json:sync@50~25~/uvicorn``."""
    return f"cell-{safe(row)}/{safe(worker)}"

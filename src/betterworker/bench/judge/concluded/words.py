"""Names and counts in the sentences of a conclusion."""

from __future__ import annotations

from collections.abc import Sequence

#: So many names are told, and then how many more there are.
NAMED = 3


def named(names: Sequence[str], most: int = NAMED) -> str:
    """``a``, ``a and b``, ``a, b, c and 4 others``."""
    told = list(names) if len(names) <= most + 1 else [*names[:most], f"{len(names) - most} others"]
    return " and ".join(filter(None, (", ".join(told[:-1]), *told[-1:])))


def counted(count: int, noun: str) -> str:
    ending = "es" if noun.endswith("s") else "s"
    return f"{count:,} {noun}{ending * (count != 1)}"


def sentence(*clauses: str) -> str:
    return "; ".join(filter(None, clauses))

"""Which servers live side by side: all of them where the memory allows it, otherwise groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

#: A Django site with its server, before anything was measured; a large study corrects it after a round.
GUESS_MB = 150.0


def groups(
    slots: Sequence[str], sizes_mb: Mapping[str, float], budget_mb: float, guess_mb: float = GUESS_MB
) -> list[list[str]]:
    """``slots`` in order, split where the next would not fit beside the others, the leader and its twin.

    Room for two more servers of the largest size is kept free for those. A server that alone is over the
    budget still gets its group: nothing is left out.
    """
    largest = max([guess_mb, *sizes_mb.values()]) if not sizes_mb else max(sizes_mb.values())
    room = budget_mb - 2 * largest
    parts: list[list[str]] = [[]]
    used = 0.0
    for slot in slots:
        size = sizes_mb.get(slot, guess_mb)
        if parts[-1] and used + size > room:
            parts.append([])
            used = 0.0
        parts[-1].append(slot)
        used += size
    return parts

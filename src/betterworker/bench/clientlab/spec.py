"""What a client's process is told, and what it answers: a JSON line each."""

from __future__ import annotations

import msgspec


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """Its client is open."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Fetch so many answers of ``length`` bytes from the URLs in turn, at most ``concurrency`` at once."""

    urls: tuple[str, ...]
    requests: int
    concurrency: int
    length: int


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """``seconds`` of the clock and ``cpu_s`` of this process for all; ``errors`` by what was raised."""

    seconds: float
    cpu_s: float
    ok: int
    errors: dict[str, int]

"""Views that fetch 27 kB of JSON from the upstream with an HTTP client, a new client for each request."""

from __future__ import annotations

from betterworker.bench.model import Effort, Mode, Scenario
from betterworker.bench.scenarios.answers import answer, json_list, length_between

POSTS = 100


def client(name: str, mode: Mode, upstream_s: float, note: str = "", effort: Effort = "client") -> Scenario:
    """``upstream_s`` is the upstream's latency, hence the view's least delay."""
    return Scenario(
        name=name,
        mode=mode,
        path=f"/{mode}/{name}",
        effort=effort,
        check=answer(mode, name, json_list(POSTS), length_between(24_000, 30_000)),
        about=f"fetches 27 kB from the upstream with {name}, a client per request{note}",
        delay_s=upstream_s,
    )


def clients(upstream_s: float) -> tuple[Scenario, ...]:
    blocking = "; blocks the event loop on purpose, as the article does"
    return (
        client("requests", "sync", upstream_s),
        # These hold a CPU or an event loop for some 50 ms: a short window would hold no more than one batch.
        client("requests", "async", upstream_s, blocking, effort="costly"),
        client("httpx", "sync", upstream_s, effort="costly"),
        client("httpx", "async", upstream_s, effort="costly"),
        client("aiohttp", "async", upstream_s),
    )

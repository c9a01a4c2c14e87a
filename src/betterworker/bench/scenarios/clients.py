"""Views that fetch 27 kB of JSON from the upstream with an HTTP client: a new one for each request, as in the
article, or one that lasts, as every client's documentation advises."""

from __future__ import annotations

from betterworker.bench.model import Effort, Mode, Scenario
from betterworker.bench.scenarios.answers import answer, json_list, length_between

POSTS = 100
POOLED = "-pooled"
#: Its urllib3-future puts itself in urllib3's place, so betterworker[bench] does without it.
OPTIONAL = frozenset({"niquests"})


def client(name: str, mode: Mode, upstream_s: float, note: str = "", effort: Effort = "client") -> Scenario:
    """``upstream_s`` is the upstream's latency, hence the view's least delay."""
    library = name.removesuffix(POOLED)
    pooled = name.endswith(POOLED)
    form = "kept connections" if pooled else "a client per request"
    return Scenario(
        name=name,
        mode=mode,
        path=f"/{mode}/{name}",
        effort=effort,
        check=answer(mode, name, json_list(POSTS), length_between(24_000, 30_000)),
        about=f"fetches 27 kB from the upstream with {library}, {form}{note}",
        delay_s=upstream_s,
        client=f"{library} pooled" if pooled else library,
        packages=(library,) if library in OPTIONAL else (),
    )


def clients(upstream_s: float) -> tuple[Scenario, ...]:
    """The article's."""
    blocking = "; blocks the event loop on purpose, as the article does"
    return (
        client("requests", "sync", upstream_s),
        # These hold a CPU or an event loop for some 50 ms: a short window would hold no more than one batch.
        client("requests", "async", upstream_s, blocking, effort="costly"),
        client("httpx", "sync", upstream_s, effort="costly"),
        client("httpx", "async", upstream_s, effort="costly"),
        client("aiohttp", "async", upstream_s),
    )


def further_clients(upstream_s: float) -> tuple[Scenario, ...]:
    own_loop = "; over WSGI a client per request all the same, as each has its own event loop"
    return (
        client("niquests", "sync", upstream_s),
        client("niquests", "async", upstream_s),
        client("requests-pooled", "sync", upstream_s),
        client("httpx-pooled", "sync", upstream_s),
        client("httpx-pooled", "async", upstream_s, own_loop),
        client("aiohttp-pooled", "async", upstream_s, own_loop),
        client("niquests-pooled", "sync", upstream_s),
        client("niquests-pooled", "async", upstream_s, own_loop),
    )

"""Every scenario there is, in the order of the article's table, mixed traffic last.

A new one is a function, a line here, and its test.
"""

from __future__ import annotations

from collections.abc import Iterator

from betterworker.bench.model import MODES, Scenario
from betterworker.bench.scenarios import backends, clients, compression, everyday, mixed, plain, waiting

UPSTREAM_S = 0.05


def _all(upstream_s: float) -> Iterator[Scenario]:
    for make in (plain.json, plain.query_json, plain.query_html):
        yield from (make(mode) for mode in MODES)
    for seconds in (1, 3, 10):
        yield from (waiting.blocking(seconds, mode) for mode in MODES)
    yield from (compression.brotli_posts(mode) for mode in MODES)
    yield from clients.clients(upstream_s)
    for make in (waiting.fake_redis_hit, waiting.fake_redis_set):
        yield from (make(mode) for mode in MODES)
    yield from clients.further_clients(upstream_s)
    yield from backends.backends()
    for make in (everyday.upload, everyday.stream, everyday.orm_write, everyday.login):
        yield from (make(mode) for mode in MODES)
    for mode in MODES:
        yield mixed.mixed_blocking(plain.json(mode), waiting.blocking(1, mode))
    for mode in MODES:
        yield mixed.mixed_cpu(plain.json(mode), compression.brotli_posts(mode))


def scenarios(upstream_s: float = UPSTREAM_S) -> dict[str, Scenario]:
    """By key (``json:sync``). The client rows' delay is the latency of the upstream."""
    return {scenario.key: scenario for scenario in _all(upstream_s)}

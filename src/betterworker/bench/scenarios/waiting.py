"""Views that wait: a slow third-party call, and a simulated cache. Their delay sets a physical ceiling."""

from __future__ import annotations

from betterworker.bench.model import Mode, Scenario
from betterworker.bench.scenarios.answers import answer, json_object

HIT_S = 0.02
SET_S = 0.2


def blocking(seconds: int, mode: Mode) -> Scenario:
    name = f"blocking-{seconds}s"
    return Scenario(
        name=name,
        mode=mode,
        path=f"/{mode}/{name}",
        effort="waiting",
        check=answer(mode, name, json_object("slept")),
        about=f"sleeps {seconds} s, then a small JSON: a slow third-party call",
        delay_s=float(seconds),
    )


def fake_redis_hit(mode: Mode) -> Scenario:
    return Scenario(
        name="fake-redis-hit",
        mode=mode,
        path=f"/{mode}/fake-redis-hit",
        effort="light",
        check=answer(mode, "fake-redis-hit", json_object("hit")),
        about="a simulated cache round trip of 20 ms, then a small JSON",
        delay_s=HIT_S,
    )


def fake_redis_set(mode: Mode) -> Scenario:
    return Scenario(
        name="fake-redis-set",
        mode=mode,
        path=f"/{mode}/fake-redis-set",
        effort="waiting",
        check=answer(mode, "fake-redis-set", json_object("set")),
        about="a simulated compress-and-set of 200 ms, then a small JSON",
        delay_s=SET_S,
    )

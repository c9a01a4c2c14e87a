"""What a trial sends: a row's requests, those that are looked at before any load, and how they are called."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from betterworker.bench.model import Request, Scenario, Trial, Variant
from betterworker.bench.model.points import FAST, MIXED, SLOW

#: Of one name's values the first ones, in which a file's author put some thought, and others by chance.
FIRST, DRAWN = 3, 5

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request of a trial as it is sent. ``length`` is a right body's, None where any will do; ``label``
    says which of the row's requests it is (empty: there is no other)."""

    variant: Variant
    length: int | None = None
    label: str = ""

    def told(self, wrong: str) -> str:
        return f"{self.label}: {wrong}" if self.label else wrong


def requests_of(trial: Trial, scenario: Scenario) -> tuple[Variant, ...]:
    """In the order of the load's kinds; of a mixed scenario the slow requests at one point only."""
    if scenario.variants:
        return scenario.variants
    if scenario.mix is None:
        return (_variant("", scenario),)
    fast = _variant(FAST, scenario, 1 - scenario.mix.share)
    if trial.point != MIXED:
        return (fast,)
    return fast, _variant(SLOW, scenario.mix.slow, scenario.mix.share)


def _variant(name: str, scenario: Scenario, weight: float = 1.0) -> Variant:
    return Variant(
        name=name,
        path=scenario.path,
        check=scenario.check,
        weight=weight,
        request=scenario.request,
        varies=scenario.varies,
    )


def sent(variant: Variant, scenario: Scenario, extra: Headers) -> Asked:
    """With the headers of a log-in. It is called ``GET /books/7/`` where one name may be of many paths: never
    by headers or bodies, which hold secrets."""
    request = dressed(variant.request, extra)
    varies = scenario.varies or variant.varies
    return Asked(
        variant=replace(variant, request=request, varies=varies),
        label=f"{request.method} {variant.path}" if scenario.variants else variant.name,
    )


def looked_at(variants: Sequence[Variant], scenario: Scenario) -> frozenset[int]:
    """The places of those that are verified: all of a name, or of many the first and some others, which are
    the same for every worker."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, variant in enumerate(variants):
        places[variant.name].append(place)
    rng = random.Random(crc32(scenario.key.encode()))
    return frozenset(place for of_name in places.values() for place in _some(of_name, rng))


def _some(places: Sequence[int], rng: random.Random) -> Sequence[int]:
    if len(places) <= FIRST + DRAWN:
        return places
    return [*places[:FIRST], *rng.sample(places[FIRST:], DRAWN)]


def dressed(request: Request, extra: Headers) -> Request:
    """With headers besides its own, which win; but all cookies go into one header, for servers differ in what
    they make of two."""
    if not extra or request.anonymous:
        return request
    own = {name.lower() for name, _ in request.headers}
    others = [(name, value) for name, value in extra if name.lower() not in own | {"cookie"}]
    plain = [(name, value) for name, value in request.headers if name.lower() != "cookie"]
    cookies = "; ".join(_cookies(request.headers) + _cookies(extra))
    return replace(request, headers=(*plain, *others, *((("Cookie", cookies),) if cookies else ())))


def _cookies(headers: Iterable[tuple[str, str]]) -> list[str]:
    return [value for name, value in headers if name.lower() == "cookie"]

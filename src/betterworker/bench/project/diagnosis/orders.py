"""Which requests are looked at by themselves: safe ones, one of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from betterworker.bench.model import Scenario
from betterworker.bench.project.facts import Facts, Url
from betterworker.bench.project.harmless import may_change, of_tools
from betterworker.bench.project.naming import TRAFFIC

#: Of a project without a file so many URLs are asked.
MOST_URLS = 12
#: Of those that are not asked so many are named.
NAMED = 6
#: Pages have one pattern for all, which takes an argument.
WAGTAIL = Url(pattern="", path="/", view="wagtail.views.serve", mode="sync")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A GET; ``status`` is of a right answer, ``https``: as through a proxy that ended TLS."""

    key: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    anonymous: bool = False
    https: bool = False


def of_scenarios(scenarios: Iterable[Scenario], *, https: bool = False) -> tuple[Order, ...]:
    """Of a request with many values the first."""
    return tuple(
        Order(
            key=each.key,
            path=each.path,
            headers=tuple(each.request.headers),
            status=each.request.status,
            anonymous=each.request.anonymous,
            https=https,
        )
        for each in scenarios
        if each.request.method == "GET" and each.name != TRAFFIC
    )


def of_urls(facts: Facts) -> tuple[Order, ...]:
    """The first URLs that take no arguments, one for each view; of a Wagtail site its front page."""
    headers = tuple(_as_through_a_proxy(facts))
    return tuple(
        Order(key=f"{url.path}:{url.mode}", path=url.path or "", headers=headers, https=facts.ssl_redirect)
        for url in _askable(facts)[:MOST_URLS]
    )


def beyond(facts: Facts) -> tuple[str, ...]:
    """What is not among them, and what to do: a sentence, if any."""
    paths = [url.path or "" for url in _askable(facts)[MOST_URLS:]]
    if not paths:
        return ()
    named = ", ".join((*paths[:NAMED], *(["…"] if len(paths) > NAMED else [])))
    more = f"{len(paths)} more URL{'s' * (len(paths) > 1)}"
    return (f"{more} ({named}): name {'them' if len(paths) > 1 else 'it'} in [[requests]]",)


def _askable(facts: Facts) -> list[Url]:
    first = {WAGTAIL.view: WAGTAIL} if "wagtail" in facts.packages else {}
    for url in facts.urls:
        if url.path and not may_change(url) and not of_tools(url, facts.static_paths):
            first.setdefault(url.view, url)
    return list(first.values())


def _as_through_a_proxy(facts: Facts) -> Iterator[tuple[str, str]]:
    named = [name.lstrip(".") for name in facts.allowed_hosts if name.strip(".*")]
    yield "Host", named[0] if named else "localhost"
    if facts.ssl_header is not None:
        name, value = facts.ssl_header
        yield name.removeprefix("HTTP_").replace("_", "-"), value

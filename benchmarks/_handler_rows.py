"""What is claimed of betterworker's handler: which servers stand beside it on which view, and how much better
it has to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from betterworker.bench.model import MODES, Interval, Scenario

UVICORN = "betterworker-uvicorn"
OURS = (UVICORN, "betterworker-granian")
STOCK = "uvicorn"
GEVENT = "gunicorn-gevent"
GTHREAD = "gunicorn-gthread"
#: One for each family: among the others of a family none was the fastest in the published study.
ASGI = ("uvicorn", "granian-asgi", "gunicorn-asgi")
#: Measured by rows of their own, or mixed; the longer sleeps are the same view.
APART = ("json", "query-json", "query-html", "blocking-1s", "blocking-3s", "blocking-10s")
CONNECTIONS = 32
#: Less apart than what these few windows tell apart.
EQUAL = 0.97
MANY = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """``claim`` is of the best of ``ours`` beside the best of ``others``, in right answers per second.

    ``views`` are scenario keys by worker, where one answers another view than ``key``. ``at_least`` is the
    median ratio to reach; None claims not to be behind, which EQUAL is not.
    """

    claim: str
    key: str
    ours: tuple[str, ...] = (UVICORN,)
    others: tuple[str, ...]
    connections: int = CONNECTIONS
    at_least: float | None = None
    views: Mapping[str, str] | None = None

    @property
    def workers(self) -> tuple[str, ...]:
        return (*self.ours, *self.others)

    def reached(self, ratio: Interval) -> bool:
        return ratio.median >= (EQUAL if self.at_least is None else self.at_least)

    def view(self, worker: str) -> str:
        return (self.views or {}).get(worker, self.key)


def rows(known: Mapping[str, Scenario]) -> tuple[Row, ...]:
    return (*_light(), *_blocking(), *_queries(), *_the_rest(known.values()))


def _light() -> Iterator[Row]:
    for mode, least in (("sync", 6.0), ("async", 5.0)):
        yield Row(
            claim=f"{mode} JSON at least {least:g} × stock Django on the same uvicorn",
            key=f"json:{mode}",
            others=(STOCK,),
            at_least=least,
        )
    yield Row(
        claim="sync JSON at least 1.2 × gunicorn gevent", key="json:sync", others=(GEVENT,), at_least=1.2
    )


def _blocking() -> Iterator[Row]:
    for mode in MODES:
        yield Row(
            claim=f"{mode} blocking 1s at {MANY:,} connections at least gunicorn gevent's sync goodput",
            key=f"blocking-1s:{mode}",
            others=(GEVENT,),
            connections=MANY,
            views={GEVENT: "blocking-1s:sync"},
        )


def _queries() -> Iterator[Row]:
    for name in ("query-json", "query-html"):
        for mode in MODES:
            yield Row(
                claim=f"{mode} {name} at least gunicorn gthread's", key=f"{name}:{mode}", others=(GTHREAD,)
            )


def _the_rest(known: Iterable[Scenario]) -> Iterator[Row]:
    for scenario in known:
        if scenario.name not in APART and scenario.mix is None and scenario.needs is None:
            yield Row(
                claim=f"{scenario.mode} {scenario.name} not behind the best ASGI server",
                key=scenario.key,
                ours=OURS,
                others=ASGI,
                connections=_connections(scenario),
            )


def _connections(scenario: Scenario) -> int:
    return {"cpu": 4, "costly": 4, "heavy": 2}.get(scenario.effort, CONNECTIONS)

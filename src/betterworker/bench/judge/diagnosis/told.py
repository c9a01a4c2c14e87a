"""How requests and figures are called, and what was looked at."""

from __future__ import annotations

from collections.abc import Iterator

from betterworker.bench.model import Probed, Project, Weight

#: From these shares of a request's time on it costs much, or some.
MUCH, SOME = 0.2, 0.05
OF_PROJECT = (
    "blocking calls in async views",
    "memory that stays behind",
    "thread hops and sync-only middleware",
    "connections opened, and what the databases allow",
    "queries sent again and again",
    "sessions saved on every request",
    "templates compiled on every request",
    "DEBUG",
    "streams that are collected whole",
)
#: Of them what needs no request that answers.
OF_SETTINGS = ("thread hops and sync-only middleware", "DEBUG")
OF_RUN = (
    "memory that grows by the request",
    "one process with most of the load",
    "processes that died or were killed",
    "errors in the servers' logs",
    "requests that wait behind others",
    "gevent with drivers that block",
)


def looked(project: Project | None, *, measured: bool = True) -> tuple[str, ...]:
    """Sentences: what was looked at, and what could not be. ``measured``: in a run as well."""
    if project is None:
        return (f"Looked at: {', '.join(OF_RUN)}.",)
    return f"Looked at: {', '.join((*_topics(project), *(OF_RUN if measured else ())))}.", *_unlooked(project)


def _topics(project: Project) -> tuple[str, ...]:
    if project.probes is None:
        return ("DEBUG",)
    return OF_PROJECT if probed(project) else OF_SETTINGS


def _unlooked(project: Project) -> Iterator[str]:
    if project.probes is None:
        yield "Not looked at: the requests by themselves."
        return
    for each in project.probes.requests:
        if each.stopped:
            yield f"Not looked at by itself: {name_of(project, each)}: {each.stopped}."
    for reason in project.probes.unlooked:
        yield f"Not looked at: {reason.rstrip('.')}."


def probed(project: Project) -> tuple[Probed, ...]:
    """The requests that answered as they should."""
    return tuple(each for each in project.probes.requests if not each.stopped) if project.probes else ()


def name_of(project: Project, request: Probed) -> str:
    """``GET /books/{id}/``."""
    return project.requests.get(request.key, f"GET {request.key.rpartition(':')[0]}")


def weight_of(share: float) -> Weight:
    if share >= MUCH:
        return "much"
    return "some" if share >= SOME else "note"


def ms(value: float) -> str:
    """``0.4 ms``, ``120 ms``."""
    return f"{value:,.0f} ms" if value >= 9.95 else f"{value:.1f} ms"


def counted(count: int, noun: str, many: str = "") -> str:
    return f"{count:,} {noun if count == 1 else many or f'{noun}s'}"

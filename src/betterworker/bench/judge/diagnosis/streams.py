"""Streams that are collected whole before their first byte.

Only of requests by themselves: under load a worker that serves one request at a time sends a stream as
quickly as one that holds it back.
"""

from __future__ import annotations

from collections.abc import Iterator

from betterworker.bench.judge.diagnosis.told import ms, name_of, probed
from betterworker.bench.model import Answered, Cost, Probed, Project

LONG_MS = 100.0


def collected(project: Project) -> Iterator[Cost]:
    """Django's handlers make a list of an iterator of the other kind."""
    for each in probed(project):
        if each.streams == "sync" and each.asgi is not None:
            yield _collected(project, each, "ASGI", each.asgi, "WSGI", each.wsgi)
        elif each.streams == "async" and each.wsgi is not None:
            yield _collected(project, each, "WSGI", each.wsgi, "ASGI", each.asgi)


def _collected(
    project: Project, request: Probed, here: str, whole: Answered, there: str, other: Answered | None
) -> Cost:
    waits = whole.first_ms - other.first_ms if other is not None else 0.0
    other_kind = "async" if request.streams == "sync" else "sync"
    beside = f", after {ms(other.first_ms)} under {there}" if other is not None else ""
    return Cost(
        topic="streaming",
        weight="much" if waits > LONG_MS else "some" if waits > whole.ms / 2 else "note",
        what=f"{name_of(project, request)} streams from {'an' if request.streams == 'async' else 'a'} "
        f"{request.streams} iterator: under {here} Django collects all of it before the first byte",
        evidence=(f"first byte after {ms(whole.first_ms)} of {ms(whole.ms)} under {here}{beside}",),
        mend=f"Give StreamingHttpResponse an {other_kind} iterator, or serve it through {there}."
        if other_kind == "async"
        else f"Serve it through {there}, or give StreamingHttpResponse a sync iterator.",
    )

"""The same query again and again in one request: a loop over rows that each ask for more."""

from __future__ import annotations

from collections.abc import Iterator

from betterworker.bench.judge.diagnosis.told import name_of, probed
from betterworker.bench.model import Cost, Probed, Project, Repeated

MANY = 20


def repeated(project: Project) -> Iterator[Cost]:
    for request in probed(project):
        for query in request.repeated[:1]:
            yield Cost(
                topic="queries",
                weight="much" if query.times >= MANY else "some",
                what=f"{name_of(project, request)} sends the same query {query.times} times",
                evidence=(_share(request, query),),
                mend="select_related() or prefetch_related() on the queryset that is looped over.",
                where=(query.where,) if query.where else (),
            )


def _share(request: Probed, query: Repeated) -> str:
    return f"of its {request.queries} queries {query.times} are: {query.sql}"

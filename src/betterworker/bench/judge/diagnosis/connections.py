"""Database connections: opened anew for each request, and more than the server allows."""

from __future__ import annotations

from collections.abc import Iterator

from betterworker.bench.judge.diagnosis.told import SOME, ms, name_of, probed, weight_of
from betterworker.bench.model import Answered, Cost, Database, Probed, Project, Result, Summary

#: Of what a database allows: others want connections too.
NEARLY = 0.8
FEWER = "Fewer threads for each process, a pool (PgBouncer, or Django's own), or more max_connections."
#: In the names of engines that Django has a pool for.
_POOLING = ("postgresql", "postgis")
POOL = '"OPTIONS": {"pool": True} with CONN_MAX_AGE = 0 (Django 5.1, PostgreSQL, psycopg[pool])'


def opened(project: Project) -> Iterator[Cost]:
    for database in project.databases:
        asked = [each for each in probed(project) if _opens(each, database)]
        # Of those that pool, each request takes one that is open.
        if asked and not database.pool:
            yield from _opened(project, database, asked)


def _opens(request: Probed, database: Database) -> bool:
    """In each of its repeats."""
    return any(
        each is not None and each.connects.get(database.alias, 0) >= request.times
        for each in (request.wsgi, request.asgi)
    )


def _opened(project: Project, database: Database, asked: list[Probed]) -> Iterator[Cost]:
    share = max(_share(each, database) for each in asked)
    if "sqlite" in database.engine and share < SOME:
        return
    keeps = database.conn_max_age != 0
    yield Cost(
        topic="connections",
        weight="note" if keeps and project.asgi is None else weight_of(share),
        what=f"CONN_MAX_AGE of the database {database.alias!r} has no effect under Django's ASGI handler"
        if keeps
        else f"Every request opens a connection to the database {database.alias!r}: CONN_MAX_AGE is 0",
        evidence=tuple(_connects(project, each, database) for each in asked[:3]),
        mend=_keeping(database, keeps=keeps),
    )


def _keeping(database: Database, *, keeps: bool) -> str:
    pools = any(name in database.engine for name in _POOLING)
    if keeps:
        under = (
            f"Under ASGI let a pool keep them: {POOL}; " if pools else "Serve it through what keeps them: "
        )
        return f"{under}WSGI and betterworker's handler{' keep them' if pools else ''}."
    under = f"; under ASGI a pool: {POOL}" if pools else ", which keep them"
    return f"CONN_MAX_AGE = 60 for WSGI and betterworker's handler{under}."


def _share(request: Probed, database: Database) -> float:
    answers = [each for each in (request.asgi, request.wsgi) if each is not None and each.ms]
    return max((each.connect_ms.get(database.alias, 0.0) / each.ms for each in answers), default=0.0)


def _connects(project: Project, request: Probed, database: Database) -> str:
    under = [
        f"{answered.connects.get(database.alias, 0)} of {request.times} requests under {name}"
        for name, answered in (("ASGI", request.asgi), ("WSGI", request.wsgi))
        if answered is not None
    ]
    took = max(_took(each, database) for each in (request.asgi, request.wsgi) if each is not None)
    return (
        f"{name_of(project, request)} opens a connection in {' and '.join(under)}: "
        f"{ms(took[0])} of its {ms(took[1])}"
    )


def _took(answered: Answered, database: Database) -> tuple[float, float]:
    return answered.connect_ms.get(database.alias, 0.0), answered.ms


def limits(summary: Summary) -> Iterator[Cost]:
    """Threads that may each hold a connection, and connections that were counted, against what is allowed."""
    project = summary.run.study.project
    for database in project.databases if project else ():
        allowed = project.allowed(database) if project else None
        for worker in summary.run.study.workers if allowed else ():
            results = [each for each in summary.run.results if each.trial.worker == worker]
            yield from _over(worker, database, allowed or 0, results)


def _over(worker: str, database: Database, allowed: int, results: list[Result]) -> Iterator[Cost]:
    threads = max((_threads(each) for each in results), default=0)
    seen = max((each.sample.db_connections or 0 for each in results if each.sample), default=0)
    wanted = max(seen, 0 if database.pool else threads)
    if wanted <= NEARLY * allowed:
        return
    counted = [f"{seen} were open at once in a window"] if seen else []
    could = [f"its processes have {threads} threads for requests, each with a connection of its own"]
    yield Cost(
        topic="max_connections",
        weight="much" if wanted > allowed else "some",
        what=f"The database {database.alias!r} allows {allowed} connections, and {worker} may want {wanted}",
        evidence=(*counted, *(could if threads and not database.pool else ())),
        mend=FEWER,
        workers=(worker,),
    )


def _threads(result: Result) -> int:
    """Of all processes together; 0 where views do not run on a server's threads."""
    terms = result.asked
    return (terms.processes or 1) * terms.threads if terms and terms.threads else 0

"""gevent switches greenlets where Python waits: a driver that waits in C holds all of a process."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from betterworker.bench.model import Cost, Database, Project, Summary, worker_name

GEVENT = "gunicorn-gevent"
_COOPERATES = (3, 1, 14)
"""Psycopg waits through gevent from this version on (psycogreen's README)."""


def uncooperative(summary: Summary) -> Iterator[Cost]:
    project = summary.run.study.project
    workers = tuple(slot for slot in summary.run.study.workers if project and _is_gevent(slot, project))
    for database in project.databases if project and workers else ():
        driver = _blocking(database, project.packages if project else {})
        if driver:
            yield Cost(
                topic="gevent",
                weight="much",
                what=f"{driver[0]} does not cooperate with gevent: while one greenlet waits for the database "
                f"{database.alias!r}, all of its process waits",
                evidence=(f"{', '.join(workers)} ran with {database.driver}", *_at_once(summary, workers)),
                mend=driver[1],
                workers=workers,
            )


def _is_gevent(slot: str, project: Project) -> bool:
    return worker_name(slot) == GEVENT or (slot == "baseline" and "gevent" in (project.baseline or ""))


def _blocking(database: Database, packages: Mapping[str, str]) -> tuple[str, str] | None:
    """A driver that waits in C, with the way out."""
    name, _, version = (database.driver or "").partition(" ")
    if name.startswith("psycopg2"):
        mend = "Psycopg 3, or psycogreen.gevent.patch_psycopg() in gunicorn's post_fork."
        return None if "psycogreen" in packages else (name, mend)
    if name == "psycopg" and _numbers(version) < _COOPERATES:
        return f"psycopg {version}", "psycopg 3.1.14 or later."
    if name == "mysqlclient":
        return name, "PyMySQL (pymysql.install_as_MySQLdb()), or a worker of threads: gunicorn-gthread."
    return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _at_once(summary: Summary, workers: tuple[str, ...]) -> Iterator[str]:
    counted = [
        (result.sample.db_connections, result.sample.processes)
        for result in summary.run.results
        if result.trial.worker in workers and result.sample and result.sample.db_connections
    ]
    if counted:
        most, processes = max(counted, key=lambda pair: pair[0] or 0)
        yield f"it had {most} connections at once, in {processes} processes"

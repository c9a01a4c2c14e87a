"""Room at a database: what idle servers keep of its connections, the one under load cannot have. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from betterworker.bench.model import BackendName, Database, Project, ServerTerms

#: Of what a database allows: whoever else uses it wants connections too.
SHARE = 0.8
#: PostgreSQL keeps so many for its superusers, unless told otherwise.
RESERVED = 3
#: As many as Django's ASGI handler was seen to hold with CONN_MAX_AGE for each request under way.
LEFT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """At one database server: its TCP ``port`` (None: a local socket, whose connections nobody can count from
    outside), how many connections it ``allows``, and how many ``each`` thread may have to it. Only rows that
    ``needs`` names the backend of open any (None: any row of a project)."""

    port: int | None
    allows: int
    each: int = 1
    needs: BackendName | None = None

    def wants(self, terms: ServerTerms | None, connections: int, held: int = 0) -> int:
        """The most that a server which has ``held`` some may hold under a load of so many connections.

        Without threads of a known number each request may open new ones, and leave them to the garbage
        collector."""
        if terms is None or terms.threads is None:
            return held + LEFT * connections * self.each
        return (terms.processes or 1) * terms.threads * self.each

    def too_many(self, held: Mapping[str, int], wanted: int) -> list[str]:
        """Of servers that hold some, in order, the first that have to go for another that wants so many."""
        left = sum(held.values())
        going = []
        for slot, count in held.items():
            if left + wanted <= SHARE * (self.allows - RESERVED):
                break
            if count:
                going.append(slot)
                left -= count
        return going


def rooms(project: Project | None) -> tuple[Room, ...]:
    """At the databases to which a project keeps connections between requests, and of which it is known how
    many they allow."""
    shared: defaultdict[tuple[str, int | None], list[int]] = defaultdict(list)
    for database, allowed in kept(project):
        shared[database.host, _port(database)].append(allowed)
    return tuple(
        Room(port=port, allows=min(allowed), each=len(allowed)) for (_, port), allowed in shared.items()
    )


def kept(project: Project | None) -> Iterator[tuple[Database, int]]:
    """Those databases, and what each allows."""
    for database in project.databases if project else ():
        allowed = project.allowed(database) if project else None
        if allowed and (database.pool or database.conn_max_age != 0):
            yield database, allowed


def _port(database: Database) -> int | None:
    is_mysql = "mysql" in database.engine
    # MySQL's library takes this name for its socket.
    if not database.host or database.host.startswith("/") or (is_mysql and database.host == "localhost"):
        return None
    return int(database.port) if database.port.isdigit() else 3306 if is_mysql else 5432

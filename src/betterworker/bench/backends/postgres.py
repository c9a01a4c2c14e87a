"""PostgreSQL: the database of the PostgreSQL rows."""

from __future__ import annotations

import ctypes
import secrets
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, LiteralString

from betterworker.bench.backends.counting import Counter
from betterworker.bench.backends.local import HOST, Local
from betterworker.bench.backends.programs import Program

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.sql import Composed

URL = "BETTERWORKER_POSTGRES_URL"
PASSWORD = "BETTERWORKER_POSTGRES_PASSWORD"
ANSWER_S = 5
#: Ten times PostgreSQL's default: all the servers of a study live side by side, each with its idle pool, and
#: what one of them holds must not leave another without. A gate tells who holds more than the default.
MAX_CONNECTIONS = 1000
OWNER, SITE_ROLE = "betterworker", "site"
IPC_RMID = 0

#: Of one application. Other servers may live beside it, each with a pool.
NAMED: LiteralString = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
#: With those that are only being made and have no name yet: they take a place too.
NAMED_OR_NEW: LiteralString = (
    NAMED + " OR (backend_type = 'client backend' AND application_name = '' AND usename IS NULL)"
)


class Watch:
    """Reads how many connections there are over one of its own, opened early: later there may be no room."""

    def __init__(self, url: str, query: LiteralString) -> None:
        self._url, self._query = url, query
        self._connection: Connection[Any] | None = None

    def open(self) -> None:
        """Raises ConnectionError."""
        self.close()
        with _as_lost():
            self._connection = _connect(self._url)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def read(self, application: str) -> int:
        """How many there are now. Raises ConnectionError."""
        if self._connection is None:
            raise ConnectionError("not connected")
        with _as_lost():
            row = self._connection.execute(self._query, (application,)).fetchone()
        return int(row[0]) if row else 0


class LocalPostgres(Local):
    """A new cluster with PostgreSQL's defaults. The site's role owns nothing but its tables and needs no
    password; the bench's, which may do everything, has one: others may have accounts on this machine."""

    signal = "INT"  # the "fast" shutdown: it ends sessions, and leaves no shared memory

    def __init__(
        self, program: Program, cpus: Sequence[int], log: Path, max_connections: int = MAX_CONNECTIONS
    ) -> None:
        super().__init__(program, cpus, log)
        self.max_connections = max_connections
        self.password = secrets.token_hex(16)
        self.watch = Watch(self.url, NAMED_OR_NEW)
        self.counter: Counter = Counter(self.watch.read)
        self.segment: int | None = None

    @property
    def env(self) -> Mapping[str, str]:
        return {URL: f"postgres://{SITE_ROLE}@{HOST}:{self.port}/postgres"}

    @property
    def url(self) -> str:
        return f"postgres://{OWNER}:{self.password}@{HOST}:{self.port}/postgres"

    @property
    def secrets(self) -> Mapping[str, str]:
        return {PASSWORD: self.password}

    def command(self, folder: Path) -> Sequence[str]:
        """A shell's: make the cluster, and become its server, so that both are behind the guard."""
        return ("sh", "-c", script(self.program.path, folder, self.port, self.max_connections))

    def set_up(self) -> None:
        self.watch.open()
        with _as_lost(), _connect(self.url) as connection:
            connection.execute(_named("CREATE ROLE {} LOGIN", SITE_ROLE))
            connection.execute(_named("GRANT CREATE, USAGE ON SCHEMA public TO {}", SITE_ROLE))
            row = connection.execute("SHOW data_directory").fetchone()
        self.segment = shared_memory(Path(row[0])) if row else None

    def stop(self) -> None:
        self.counted()
        self.watch.close()
        super().stop()
        remove_shared_memory(self.segment)
        self.segment = None


def script(postgres: Path, folder: Path, port: int, max_connections: int) -> str:
    """The shell's lines. The password comes by the environment: command lines are for everybody to read."""
    data, password, hba = folder / "data", folder / "password", folder / "data" / "pg_hba.conf"
    initdb = (
        *(str(postgres.parent / "initdb"), "-D", str(data), "-U", OWNER, "-A", "scram-sha-256"),
        *("--no-sync", "--no-instructions", "-E", "UTF8", "--locale=C", f"--pwfile={password}"),
    )
    server = (
        *(str(postgres), "-D", str(data), "-h", HOST, "-p", str(port)),
        *("-c", "unix_socket_directories=", "-c", f"max_connections={max_connections}"),
    )
    hosts = f"host all {OWNER} {HOST}/32 scram-sha-256\nhost all {SITE_ROLE} {HOST}/32 trust\n"
    return "\n".join(
        (
            "set -e; umask 077",
            f'printf %s "${PASSWORD}" > {shlex.quote(str(password))}',
            f"{shlex.join(initdb)} > /dev/null",
            f"printf %s {shlex.quote(hosts)} > {shlex.quote(str(hba))}",
            f"exec {shlex.join(server)}",
        )
    )


def shared_memory(data: Path) -> int | None:
    """The id of the System V segment that a server marks its folder with (7th line of postmaster.pid)."""
    try:
        return int((data / "postmaster.pid").read_text().splitlines()[6].split()[1])
    except (OSError, IndexError, ValueError):
        return None


def remove_shared_memory(segment: int | None) -> None:
    """What a killed server leaves. An id that is gone is not given again soon, and is no error."""
    if segment is not None:
        ctypes.CDLL(None).shmctl(segment, IPC_RMID, None)


def answering(url: str) -> tuple[str, int]:
    """What answers there (``PostgreSQL 15.18``) and its ``max_connections``. Raises ConnectionError."""
    with _as_lost(), _connect(url) as connection:
        row = connection.execute("SELECT current_setting('max_connections')::int").fetchone()
        number = connection.info.server_version
    assert row is not None
    return f"PostgreSQL {number // 10_000}.{number % 10_000}", int(row[0])


def make_schema(url: str, schema: str) -> None:
    """Raises ConnectionError."""
    with _as_lost(), _connect(url) as connection:
        connection.execute(_named("CREATE SCHEMA IF NOT EXISTS {}", schema))


def drop_schema(url: str, schema: str) -> None:
    """Raises ConnectionError."""
    with _as_lost(), _connect(url) as connection:
        connection.execute("SET lock_timeout = '4s'")
        connection.execute(_named("DROP SCHEMA IF EXISTS {} CASCADE", schema))


def new_schema() -> str:
    return f"betterworker_{secrets.token_hex(4)}"


def _named(query: LiteralString, name: str) -> Composed:
    from psycopg import sql

    return sql.SQL(query).format(sql.Identifier(name))


def _connect(url: str) -> Connection[Any]:
    import psycopg  # it takes a while to import, and few commands need it

    return psycopg.connect(url, autocommit=True, connect_timeout=ANSWER_S, application_name="betterworker")


@contextmanager
def _as_lost() -> Iterator[None]:
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise ConnectionError(" ".join(str(error).split())) from error

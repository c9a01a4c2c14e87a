"""Real servers: started, killed, revived, and nothing left of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from betterworker.bench import probe
from betterworker.bench.backends import redis as redis_module
from betterworker.bench.backends import rights
from betterworker.bench.backends.local import Local
from betterworker.bench.backends.postgres import URL, LocalPostgres
from betterworker.bench.backends.redis import LocalRedis
from betterworker.bench.errors import ServerFailure
from betterworker.bench.target import application_name
from tests.bench.backends.conftest import a_postgres, a_redis
from tests.bench.waiting import all_gone, descendants, until

pytestmark = pytest.mark.servers

Make = Callable[[Path], Local]
Starts = Callable[[Local], Local]
both = pytest.mark.parametrize("make", [a_redis, a_postgres])


def main_process(backend: Local) -> psutil.Process:
    assert backend.guarded is not None
    return psutil.Process(backend.guarded.process.pid).children()[0]


def folder_of(backend: Local) -> Path:
    assert backend.guarded is not None
    assert backend.guarded.start.remove is not None
    return backend.guarded.start.remove


def segments() -> set[int]:
    """Ids of the System V shared memory segments that there are."""
    file = Path("/proc/sysvipc/shm")
    return {int(line.split()[1]) for line in file.read_text().splitlines()[1:]} if file.exists() else set()


@both
def test_it_is_stopped_and_leaves_no_process_no_port_and_no_folder(
    starts: Starts, make: Make, tmp_path: Path
) -> None:
    backend = starts(make(tmp_path / "log"))
    folder = folder_of(backend)
    family = descendants(main_process(backend).pid)
    assert folder.is_dir()
    backend.stop()
    assert all_gone(family)
    assert probe.is_free("127.0.0.1", backend.port)
    assert not folder.exists()


@both
def test_nobody_runs_it_as_root(starts: Starts, make: Make, tmp_path: Path) -> None:
    assert main_process(starts(make(tmp_path / "log"))).uids().effective != 0


@both
def test_one_that_is_killed_is_lost_and_comes_back_where_it_was(
    starts: Starts, make: Make, tmp_path: Path
) -> None:
    backend = starts(make(tmp_path / "log"))
    env = dict(backend.env)
    assert backend.lost() is None
    main_process(backend).kill()
    assert until(lambda: backend.lost() == f"{backend.program.called} ended with status -9")
    backend.revive()
    assert (backend.lost(), dict(backend.env)) == (None, env)


@both
def test_one_whose_port_is_taken_says_so_and_leaves_no_folder(
    starts: Starts, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = starts(make(tmp_path / "log")), make(tmp_path / "log2")
    second.port = first.port
    monkeypatch.setattr(rights, "base", lambda owner: str(tmp_path))
    with pytest.raises(ServerFailure, match=f"port {first.port} is taken"):
        second.start()
    assert list(tmp_path.glob("betterworker-*")) == []


def test_one_that_ends_at_once_is_told_with_its_log(tmp_path: Path) -> None:
    backend = a_postgres(tmp_path / "log", max_connections=-1)
    with pytest.raises(ServerFailure, match="PostgreSQL ended with status 1 before it was ready") as told:
        backend.start()
    assert "max_connections" in told.value.log_tail


def test_a_killed_postgresql_leaves_no_shared_memory(starts: Starts, tmp_path: Path) -> None:
    backend = starts(a_postgres(tmp_path / "log"))
    assert isinstance(backend, LocalPostgres)
    segment = backend.segment
    main_process(backend).kill()
    assert until(backend.lost)
    backend.stop()
    assert segment not in segments()


PROGRAM = """
import pathlib, sys
from tests.bench.backends.conftest import a_postgres, a_redis
backends = [make(pathlib.Path(sys.argv[1])) for make in (a_redis, a_postgres)]
for backend in backends:
    backend.start()
print(*(backend.guarded.start.remove for backend in backends), backends[1].segment, flush=True)
sys.stdin.read()
"""


def test_kill_9_of_the_program_leaves_nothing(
    tmp_path: Path, redis: LocalRedis, postgres: LocalPostgres
) -> None:
    line = [sys.executable, "-c", PROGRAM, str(tmp_path / "log")]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        *names, segment = process.stdout.readline().split()
        assert int(segment) in segments()
        family = descendants(process.pid)
        process.kill()
    assert len(names) == 2
    assert all_gone(family)
    assert until(lambda: not any(Path(name).exists() for name in names))
    assert until(lambda: int(segment) not in segments())


def test_the_sites_role_has_no_rights_to_speak_of(postgres: LocalPostgres) -> None:
    with psycopg.connect(postgres.env[URL]) as connection:
        row = connection.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert row.fetchone() == (False, False)


def test_the_owner_is_not_let_in_without_its_password(postgres: LocalPostgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(postgres.env[URL].replace("site@", "betterworker:guessed@"))


def test_no_command_line_holds_the_password(postgres: LocalPostgres) -> None:
    assert postgres.guarded is not None
    line = psutil.Process(postgres.guarded.process.pid).cmdline()
    assert postgres.password not in " ".join(line)


def connected(postgres: LocalPostgres, port: int) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(postgres.env[URL], application_name=application_name(port))


def test_connections_are_counted_by_server(postgres: LocalPostgres) -> None:
    with connected(postgres, 8001), connected(postgres, 8001), connected(postgres, 8002):
        assert until(lambda: postgres.watch.read(application_name(8001)) == 2)
        postgres.count(8001)
        assert until(lambda: postgres.counter.peak == 2)
    assert postgres.counted() == 2


def test_connections_are_counted_when_no_more_fit(starts: Starts, tmp_path: Path) -> None:
    backend = starts(a_postgres(tmp_path / "log", max_connections=6))
    assert isinstance(backend, LocalPostgres)
    backend.count(8003)
    held: list[psycopg.Connection[tuple[object, ...]]] = []
    with pytest.raises(psycopg.OperationalError, match=r"too many clients|remaining connection slots"):
        held.extend(connected(backend, 8003) for _ in range(6))
    # The one that was refused takes a place while it is asked who it is, and may be seen in it.
    counts = {len(held), len(held) + 1}
    assert until(lambda: backend.counter.peak in counts)
    for connection in held:
        connection.close()
    assert backend.counted() in counts


def test_the_cpu_of_ended_sessions_is_not_lost(postgres: LocalPostgres) -> None:
    before = postgres.cpu_s()
    assert before is not None
    spent = 0.0
    for _ in range(60):  # more would be the server's own time for starting them
        with connected(postgres, 8004) as connection:
            connection.execute("SELECT sum(n) FROM generate_series(1, 200000) n")
        spent = (postgres.cpu_s() or 0.0) - before
        if spent > 0.1:
            break
    assert spent > 0.1


def test_redis_keeps_nothing_and_takes_no_orders_to(redis: LocalRedis) -> None:
    import redis as client_module

    with client_module.Redis.from_url(redis.env[redis_module.URL]) as client:
        client.set("key", "value")
        with pytest.raises(client_module.ResponseError, match="unknown command"):
            client.config_get("dir")
    assert list(folder_of(redis).iterdir()) == []


def test_another_user_gets_a_folder_that_it_can_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr("tempfile.tempdir", str(closed))
    assert rights.base(None) == str(closed)
    assert rights.base("postgres") in rights.COMMON_FOLDERS

"""The rows of a real Redis and a real PostgreSQL, over real servers."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

from betterworker.bench import cli
from betterworker.bench.backends.postgres import LocalPostgres
from betterworker.bench.backends.redis import LocalRedis
from betterworker.bench.cli import ROWS
from betterworker.bench.log_lines import last_exception
from betterworker.bench.server import Server
from betterworker.bench.target import SITE
from betterworker.bench.workbench import Terms, Workbench, workbench
from betterworker.bench.workers import WORKERS
from tests.bench.backends.conftest import a_postgres, a_redis
from tests.bench.started import started
from tests.bench.waiting import processes_about, until
from tests.patience import PATIENCE_S, STUDY_S

pytestmark = [pytest.mark.servers, pytest.mark.timeout(600)]

BACKED = {key: row for key, row in ROWS.items() if row.needs}
SYNC = {key: row for key, row in BACKED.items() if row.mode == "sync"}


@pytest.fixture(scope="module")
def bench(
    tmp_path_factory: pytest.TempPathFactory, redis: LocalRedis, postgres: LocalPostgres
) -> Iterator[Workbench]:
    terms = Terms(processes=1, concurrency=100, cpus=())
    folder = tmp_path_factory.mktemp("rows")
    env = {**redis.env, **postgres.env}
    with workbench(SITE, terms, folder=folder, load_cpus=(), latency_s=0.0, backends=env) as ready:
        yield ready


@pytest.fixture(scope="module", params=["uvicorn", "gunicorn-gthread", "gunicorn-gevent"])
def server(request: pytest.FixtureRequest, bench: Workbench) -> Iterator[Server]:
    with started(bench, WORKERS[request.param]) as running:
        yield running


@pytest.mark.parametrize("key", SYNC)
def test_a_row_is_right_under_each_kind_of_server(server: Server, key: str) -> None:
    for reply in server.get_all(SYNC[key].path, 4, PATIENCE_S):
        assert SYNC[key].check(reply) is None


def test_async_rows_are_right_on_an_event_loop(bench: Workbench) -> None:
    with started(bench, WORKERS["uvicorn"], "async") as server:
        wrong = {
            key: row.check(reply)
            for key, row in BACKED.items()
            if row.mode == "async"
            for reply in server.get_all(row.path, 4, PATIENCE_S)
        }
    assert set(wrong.values()) == {None}


def test_a_servers_connections_are_known_by_its_port(bench: Workbench, postgres: LocalPostgres) -> None:
    with started(bench, WORKERS["gunicorn-gthread"], "counted") as server:
        postgres.count(server.port)
        server.get_all("/sync/postgres-pool-query-json", 4, PATIENCE_S)
        assert until(lambda: postgres.counter.peak == 4)
        assert postgres.counted() == 4


def test_a_database_without_a_free_connection_says_so_in_the_log(tmp_path: Path) -> None:
    postgres = a_postgres(tmp_path / "log", max_connections=6)
    postgres.start()
    try:
        terms = Terms(processes=1, concurrency=100, cpus=())
        env = postgres.env
        with workbench(SITE, terms, folder=tmp_path, load_cpus=(), latency_s=0.0, backends=env) as bench:
            assert "connection slots" in raised_under_load(bench)
    finally:
        postgres.stop()


def raised_under_load(bench: Workbench) -> str:
    with started(bench, WORKERS["gunicorn-gthread"], "full") as server:
        statuses = {reply.status for reply in server.get_all("/sync/postgres-query-json", 30, PATIENCE_S)}
        assert 500 in statuses
        return str(last_exception(server.log_since(0)))


TINY = ("--workers", "uvicorn", "--window", "300ms", "--connections", "4", "--latency", "none")


def study(out: Path, *options: object, path: str | None = None) -> subprocess.Popen[str]:
    line = [sys.executable, "-m", cli.__name__, "run", *TINY, "--out", str(out), *map(str, options)]
    env = os.environ if path is None else {**os.environ, "PATH": path}
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


def results(out: Path) -> list[Mapping[str, Any]]:
    file = out / "trials.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def backends_below(program: psutil.Process, name: str) -> list[psutil.Process]:
    found = []
    for child in program.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # a server of a trial that is over
            found += [child] if child.name() == name else []
    return found


@pytest.mark.studies
def test_a_redis_that_is_killed_in_the_middle_is_started_again(tmp_path: Path) -> None:
    name = a_redis(tmp_path / "log").program.path.name
    out = tmp_path / "run"
    with study(out, "--scenarios", "redis-hit:sync", "--blocks", 4) as process:
        assert until(lambda: results(out))
        program = psutil.Process(process.pid)
        (killed,) = backends_below(program, name)
        killed.kill()
        assert until(lambda: set(backends_below(program, name)) - {killed})
        process.communicate(timeout=STUDY_S)
    failures = [result["failure"] for result in results(out) if result["failure"]]
    assert {failure["kind"] for failure in failures} <= {"backend"}
    assert results(out)[-1]["sample"]["outcomes"]["ok"] > 0
    assert json.loads((out / "report.json").read_text())["cells"][0]["status"] == "ok"
    assert until(lambda: processes_about(str(out)) == [])


@pytest.mark.studies
def test_a_machine_without_redis_skips_its_rows_and_goes_on(tmp_path: Path) -> None:
    out = tmp_path / "run"
    scenarios = ("--scenarios", "json:sync,redis-hit:sync", "--blocks", 2)
    with study(out, *scenarios, path=str(tmp_path)) as process:
        process.communicate(timeout=STUDY_S)
    assert process.returncode == 0
    cells = {cell["scenario"]: cell for cell in json.loads((out / "report.json").read_text())["cells"]}
    assert (cells["json"]["status"], cells["redis-hit"]["status"]) == ("ok", "not_run")
    assert "no redis-server or valkey-server on this machine" in json.dumps(cells["redis-hit"])

"""The project's own application with one path more, on real servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from betterworker.bench.errors import ServerFailure
from betterworker.bench.project import overlay, target
from betterworker.bench.server import Server
from betterworker.bench.target import prepare
from betterworker.bench.workbench import Terms, Workbench, workbench
from betterworker.bench.workers import WORKERS
from tests.bench.builders import a_launch, a_worker
from tests.bench.project.served.small import a_project, a_project_file
from tests.bench.started import started
from tests.bench.waiting import until
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.servers
#: One for each way in which an application is looked at.
SERVERS = (
    "gunicorn-gthread",
    "gunicorn-gevent",
    "gunicorn-uvicorn",
    "gunicorn-asgi",
    "uvicorn",
    "hypercorn-asyncio",
    "granian-wsgi",
    "granian-asgi",
    "daphne",
    "uwsgi",
    "waitress",
    "cheroot",
    "fastpysgi",
    "betterworker-uvicorn",
    "betterworker-granian",
    "betterworker-hypercorn-trio",
)
OPTIONS = {"WEB_CONCURRENCY": "7", "UVICORN_RELOAD": "true", "GUNICORN_CMD_ARGS": "--workers 5"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> overlay.Overlay:
    """Of the tests' own interpreter, which has every server."""
    file = a_project_file(tmp_path_factory.mktemp("none"))
    return overlay.ready(file.python, {}, cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def bench(made: overlay.Overlay, folder: Path, tmp_path: Path) -> Iterator[Workbench]:
    with benched(made, folder, tmp_path) as ready:
        yield ready


def benched(
    made: overlay.Overlay, folder: Path, logs: Path, **file: Any
) -> AbstractContextManager[Workbench]:
    terms = Terms(processes=1, concurrency=100, threads=4, cpus=())
    site = target.of(a_project_file(folder, **file), made)
    return workbench(site, terms, folder=logs, load_cpus=(), latency_s=0.0)


@pytest.fixture
def live(request: pytest.FixtureRequest, bench: Workbench) -> Iterator[Server]:
    with started(bench, WORKERS[request.param], "slot") as server:
        yield server


def is_gevent(server: Server) -> bool:
    """It has no async views."""
    return "gevent" in server.command


def body(server: Server, path: str) -> str:
    return server.get(path, PATIENCE_S).body.decode()


@pytest.mark.parametrize("live", SERVERS, indirect=True, ids=str)
def test_it_gets_ready_and_serves_the_project(live: Server) -> None:
    assert (live.unwell, len(live.pids)) == (None, 1)
    assert body(live, "/") == "home"
    assert body(live, "/rooms/") == "rooms" or is_gevent(live)


@pytest.mark.parametrize("live", ["uvicorn", "betterworker-uvicorn", "gunicorn-gthread"], indirect=True)
def test_what_stands_around_the_projects_django_stays(live: Server) -> None:
    application = live.command[-1]
    assert live.get("/", PATIENCE_S).headers.get("x-router") == (None if "wsgi:" in application else "yes")
    assert json.loads(body(live, "/told/"))["handler"] == ("better:" in application)


@pytest.mark.parametrize(
    "live",
    [
        "gunicorn-gthread",
        "gunicorn-gevent",
        "uvicorn",
        "hypercorn-asyncio",
        "granian-wsgi",
        "uwsgi",
        "fastpysgi",
        "betterworker-uvicorn",
        "betterworker-hypercorn-trio",
    ],
    indirect=True,
)
def test_what_a_request_raises_is_in_the_log_whatever_the_projects_logging(live: Server) -> None:
    """By Django's own, with DEBUG off, admins are told by mail, and nobody else."""
    assert live.get("/broken/?book=12", PATIENCE_S).status == 500
    raised = "ValueError: no such book 12 (shop/urls.py:"
    assert until(lambda: raised in live.log_since(live.log_begin))


@pytest.mark.parametrize("live", ["uvicorn"], indirect=True)
def test_it_runs_in_the_projects_folder(live: Server, folder: Path) -> None:
    assert json.loads(body(live, "/told/"))["cwd"] == str(folder)


def test_options_in_the_environment_do_not_change_the_terms(
    made: overlay.Overlay, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in OPTIONS.items():
        monkeypatch.setenv(name, value)
    with (
        benched(made, folder, tmp_path, env={"OF_THE_FILE": "1", **OPTIONS}) as bench,
        started(bench, WORKERS["gunicorn-gthread"], "slot") as server,
    ):
        assert json.loads(body(server, "/told/"))["env"] == {"OF_THE_FILE": "1"}


def test_the_owners_own_command_keeps_them(made: overlay.Overlay, folder: Path, tmp_path: Path) -> None:
    own = a_worker(command=WORKERS["uvicorn"].command, own_processes=1, env={"WEB_CONCURRENCY": "1"})
    with benched(made, folder, tmp_path) as bench, started(bench, own, "slot") as server:
        assert json.loads(body(server, "/told/"))["env"] == {"WEB_CONCURRENCY": "1"}


def test_gunicorns_file_in_the_folder_is_only_read_by_the_owners_command(
    made: overlay.Overlay, tmp_path: Path
) -> None:
    folder = a_project(tmp_path / "project")
    (folder / "gunicorn.conf.py").write_text("raise SystemExit('the file was read')\n")
    own = a_worker(command=lambda launch: (launch.python, "-m", "gunicorn", launch.wsgi), own_processes=1)
    with (
        benched(made, folder, tmp_path / "logs") as bench,
        started(bench, WORKERS["gunicorn-gthread"], "slot") as server,
    ):
        assert body(server, "/") == "home"
        with pytest.raises(ServerFailure, match="ended") as failed, started(bench, own, "slot"):
            pass
    assert "the file was read" in failed.value.log_tail


def test_an_older_gunicorn_is_not_asked_for_what_it_does_not_know() -> None:
    old = WORKERS["gunicorn-gthread"].command(a_launch(versions={"gunicorn": "23.0.0"}))
    new = WORKERS["gunicorn-gthread"].command(a_launch(versions={"gunicorn": "25.1.0"}))
    assert set(new) - set(old) == {"--no-control-socket"}


def test_its_own_application_that_fails_is_told_with_its_traceback(
    made: overlay.Overlay, folder: Path, tmp_path: Path
) -> None:
    with (
        benched(made, folder, tmp_path, wsgi="shop.nothing:application") as bench,
        pytest.raises(ServerFailure) as failed,
        started(bench, WORKERS["gunicorn-gthread"], "slot"),
    ):
        pass
    assert "No module named 'shop.nothing'" in failed.value.log_tail


def test_all_that_servers_import_is_compiled_before(made: overlay.Overlay, tmp_path: Path) -> None:
    folder = a_project(tmp_path / "project")
    site = replace(target.of(a_project_file(folder), made), prepare=("-m", "betterworker_measured.compiled"))
    prepare(site, site.env)
    compiled = {file.name.partition(".")[0] for file in made.folder.glob(f"bytecode{folder}/shop/*.pyc")}
    assert {"settings", "urls", "wsgi", "asgi"} <= compiled


def test_what_cannot_be_imported_is_left_to_the_servers_to_tell(
    made: overlay.Overlay, tmp_path: Path
) -> None:
    site = replace(
        target.of(a_project_file(tmp_path), made), prepare=("-m", "betterworker_measured.compiled")
    )
    prepare(site, site.env)


def test_nothing_is_written_into_the_projects_folder(made: overlay.Overlay, tmp_path: Path) -> None:
    folder = a_project(tmp_path / "project")
    before = set(folder.rglob("*"))
    with (
        benched(made, folder, tmp_path / "logs") as bench,
        started(bench, WORKERS["uvicorn"], "slot") as server,
    ):
        assert body(server, "/") == "home"
    assert set(folder.rglob("*")) == before

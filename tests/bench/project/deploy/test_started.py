"""What a project runs on today, started as any other worker is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from betterworker.bench.model import Target
from betterworker.bench.project import overlay, target
from betterworker.bench.project.deploy import baseline
from betterworker.bench.project.deploy.found import found
from betterworker.bench.server import Server
from betterworker.bench.workbench import Terms, workbench
from tests.bench.project.builders import a_file
from tests.bench.project.sites import Site
from tests.bench.started import started
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.servers

COMMANDS = {
    "gunicorn": ("gunicorn mysite.wsgi --bind 0.0.0.0:$PORT", 2),
    "gunicorn with uvicorn": ("gunicorn -w 2 -k uvicorn_worker.UvicornWorker mysite.asgi:application", 2),
    "uvicorn": ("exec uvicorn mysite.asgi:application --port ${PORT:-8000}", 1),
    "daphne": ("daphne -b 0.0.0.0 -p $PORT mysite.asgi:application", 1),
    "hypercorn": ("hypercorn mysite.asgi:application -b 0.0.0.0:80", 1),
    "granian": ("granian --interface wsgi mysite.wsgi:application --workers 2 --host 0.0.0.0", 2),
    "waitress": ("waitress-serve --port=$PORT mysite.wsgi:application", 1),
    "uWSGI": ("uwsgi --http :$PORT --module mysite.wsgi --master -p 2", 2),
    "Django": ("python manage.py runserver 0.0.0.0:8000", 1),
}
CONF = "bind = '0.0.0.0:80'\nworkers = 1 + 1\npidfile = 'live.pid'\ncertfile = 'live.pem'\n"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def served(site: Site) -> Site:
    (site.folder / "gunicorn.conf.py").write_text(CONF)
    return site.views("def home(request):\n    return HttpResponse('home')\n").urls("path('', views.home)")


@contextmanager
def served_by(site: Site, command: str, cache: Path) -> Iterator[Server]:
    (site.folder / "Procfile").write_text(f"web: {command}\n")
    told = found(site.folder)
    assert told is not None
    file = a_file(
        folder=site.folder,
        python=sys.executable,
        settings="mysite.settings",
        wsgi="mysite.wsgi:application",
        asgi="mysite.asgi:application",
    )
    worker = baseline.parse(told.command, file, at=told.source.parent, environ={}).worker
    over = overlay.ready(sys.executable, {"baseline": worker.distributions}, cache=cache)
    project: Target = target.of(file, over)
    terms = Terms(processes=3, concurrency=100, cpus=())
    with (
        workbench(project, terms, folder=site.folder / "run", load_cpus=(), latency_s=0.0) as bench,
        started(bench, worker, "baseline", 0) as server,
    ):
        yield server


@pytest.mark.parametrize("name", COMMANDS)
def test_a_procfiles_command_is_started_with_its_own_processes(name: str, served: Site, cache: Path) -> None:
    command, processes = COMMANDS[name]
    with served_by(served, command, cache) as server:
        assert server.get("/", PATIENCE_S).body == b"home"
        assert len(server.pids) == processes
        assert server.asked is not None
        assert server.asked.processes == processes
        assert not (served.folder / "live.pid").exists()

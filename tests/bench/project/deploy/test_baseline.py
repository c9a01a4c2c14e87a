"""The command a project runs on today, as a worker."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from betterworker.bench.errors import BadInput
from betterworker.bench.model import Launch, Worker
from betterworker.bench.project.deploy.baseline import Baseline, parse
from tests.bench.builders import a_launch
from tests.bench.project.builders import a_file

RUN = "import pyuwsgi; pyuwsgi.run()"
LAUNCH: Launch = a_launch(
    python="py", host="127.0.0.1", port=9, wsgi="m.wsgi:application", asgi="m.asgi:application"
)


def baseline(command: str, **overrides: Any) -> Baseline:
    return parse(command, a_file(**overrides), environ={})


def worker(command: str, **overrides: Any) -> Worker:
    return baseline(command, **overrides).worker


def started(command: str, **overrides: Any) -> str:
    return " ".join(worker(command, **overrides).command(LAUNCH))


@pytest.mark.parametrize(
    ("command", "ours"),
    [
        (
            "gunicorn shop.wsgi -w 4 -k gthread --threads 8 -b 0.0.0.0:$PORT",
            "py -m gunicorn --bind 127.0.0.1:9 m.wsgi:application -w 4 -k gthread --threads 8",
        ),
        (
            "gunicorn -b0.0.0.0:80 shop.wsgi:application",
            "py -m gunicorn --bind 127.0.0.1:9 m.wsgi:application",
        ),
        (
            "gunicorn --bind=unix:/run/x.sock shop.wsgi",
            "py -m gunicorn --bind 127.0.0.1:9 m.wsgi:application",
        ),
        (
            "gunicorn -D -p /run/x.pid -u www shop.wsgi",
            "py -m gunicorn --bind 127.0.0.1:9 m.wsgi:application",
        ),
        ("python -u -m gunicorn shop.wsgi", "py -m gunicorn --bind 127.0.0.1:9 m.wsgi:application"),
        (
            "/srv/.venv/bin/uvicorn shop.asgi:application --host 0.0.0.0 --port ${PORT:-8000} --workers 2",
            "py -m uvicorn --host 127.0.0.1 --port 9 m.asgi:application --workers 2",
        ),
        (
            "daphne -b 0.0.0.0 -p 8001 shop.asgi:application",
            "py -m daphne --bind 127.0.0.1 --port 9 m.asgi:application",
        ),
        (
            "hypercorn asgi:shop.asgi:application --bind 0.0.0.0:1 --bind [::]:1",
            "py -m hypercorn --bind 127.0.0.1:9 asgi:m.asgi:application",
        ),
        (
            "granian --interface asgi shop.asgi:application --host :: --workers 3",
            "py -m granian --host 127.0.0.1 --port 9 --interface asgi m.asgi:application --workers 3",
        ),
        (
            "waitress-serve --port=8041 --threads=6 shop.wsgi:application",
            "py -m waitress --listen=127.0.0.1:9 --threads=6 m.wsgi:application",
        ),
        (
            "uwsgi --http :8000 --module shop.wsgi --master -p 4",
            f"py -c {RUN} --http 127.0.0.1:9 --module=m.wsgi:application --master -p 4",
        ),
        (
            "uwsgi -s /run/x.sock --wsgi-file shop/wsgi.py",
            f"py -c {RUN} --http-socket 127.0.0.1:9 --module=m.wsgi:application",
        ),
    ],
)
def test_its_address_becomes_ours_and_the_rest_stays(command: str, ours: str) -> None:
    assert started(command) == ours


def test_it_is_of_the_interface_whose_application_it_serves() -> None:
    assert worker("gunicorn shop.wsgi").interface == "wsgi"
    assert worker("gunicorn shop.asgi -k uvicorn.workers.UvicornWorker").interface == "asgi"


def test_its_processes_are_its_own() -> None:
    assert worker("gunicorn shop.wsgi -w 4").processes(2) == 4
    assert worker("gunicorn shop.wsgi").processes(2) == 1
    assert worker("gunicorn shop.wsgi", env={"WEB_CONCURRENCY": "3"}).processes(2) == 3


def test_its_threads_are_its_own() -> None:
    threads = worker("gunicorn shop.wsgi --threads 8").threads
    assert threads is not None
    assert threads(LAUNCH) == 8


def test_a_default_within_a_default_is_filled_in() -> None:
    assert started("gunicorn shop.wsgi -w ${A:-${B:-2}}").endswith("m.wsgi:application -w 2")
    assert started("gunicorn shop.wsgi -w ${A:-${B:-2}}", env={"B": "3"}).endswith("-w 3")


def test_a_variable_before_a_command_is_filled_in_and_shown_as_it_is_written() -> None:
    found = baseline("WEB_CONCURRENCY=${A:-${B:-2}} gunicorn shop.wsgi", env={"A": "6"})
    assert (dict(found.worker.env), found.worker.own_processes) == ({"WEB_CONCURRENCY": "6"}, 6)
    assert "${A:-${B:-2}}" in found.shown


def test_variables_of_its_server_come_with_it() -> None:
    found = baseline("WEB_CONCURRENCY=5 PORT=80 gunicorn shop.wsgi")
    assert (dict(found.worker.env), found.worker.own_processes) == ({"WEB_CONCURRENCY": "5"}, 5)
    assert found.shown == "WEB_CONCURRENCY=5 gunicorn shop.wsgi"


def test_another_variable_must_be_in_the_file() -> None:
    with pytest.raises(BadInput, match=r"sets DATABASE_URL: give it under \[project\] env"):
        worker("DATABASE_URL=postgres://live gunicorn shop.wsgi")


@pytest.mark.parametrize(
    "command",
    ["DJANGO_SETTINGS_MODULE=shop.live gunicorn shop.wsgi", "./manage.py runserver --settings shop.live"],
)
def test_other_settings_are_another_project(command: str) -> None:
    with pytest.raises(BadInput, match=r"other settings, shop\.live"):
        worker(command)


def test_a_value_given_by_an_option_is_not_shown() -> None:
    found = baseline("gunicorn -e KEY=swordfish shop.wsgi", env={"KEY": "swordfish"})
    assert "swordfish" not in found.shown + found.worker.about + " ".join(found.worker.command(LAUNCH))


def test_what_is_left_out_is_told() -> None:
    found = worker("ddtrace-run gunicorn --certfile x.pem shop.wsgi")
    assert found.unequal[1:] == ("without ddtrace-run", "without TLS here")


def test_what_starts_a_server_it_is_not_known_to_start_is_told() -> None:
    assert worker("doppler run -- gunicorn shop.wsgi").unequal[1:] == ("without doppler",)


@pytest.mark.parametrize(
    ("command", "header", "distributions"),
    [
        ("gunicorn shop.wsgi -k gevent", "gunicorn", ("gunicorn", "gevent")),
        ("gunicorn shop.asgi -k uvicorn.workers.UvicornWorker", "uvicorn", ("gunicorn", "uvicorn")),
        ("gunicorn shop.wsgi -k shop.workers.Own", "", ("gunicorn",)),
        ("uvicorn shop.asgi:application --no-server-header", "", ("uvicorn",)),
        ("waitress-serve shop.wsgi:application", "waitress", ("waitress",)),
    ],
)
def test_its_server_header_and_its_packages(
    command: str, header: str, distributions: tuple[str, ...]
) -> None:
    found = worker(command)
    assert (found.server_header, found.distributions) == (header, distributions)


def test_the_development_server_is_said_to_be_one() -> None:
    found = worker("python manage.py runserver 0.0.0.0:8000")
    assert "development server" in found.unequal[0]
    assert found.command(LAUNCH)[3:] == ("127.0.0.1", "9", "threads", "m.wsgi:application")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("nginx -g 'daemon off;'", "starts 'nginx', which is no server that is known here: cheroot"),
        (
            "gunicorn shop.other:app",
            r"serves shop\.other:app, and not the project's own: shop\.wsgi:application",
        ),
        ("gunicorn -w 4", "names no application"),
        ("uvicorn --factory shop.asgi:application", "makes an application by calling a function"),
        ("gunicorn -c missing.py shop.wsgi", r"file missing\.py is not in /srv/shop"),
        ("gunicorn -w $N shop.wsgi", r"\$N has no value"),
        ("", "starts 'nothing'"),
    ],
)
def test_a_command_that_cannot_be_measured_says_why(command: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        worker(command)


def of_file(folder: Path, text: str, command: str = "gunicorn") -> Worker:
    (folder / "gunicorn.conf.py").write_text(text)
    return parse(command, a_file(folder=folder, python=sys.executable), environ={}).worker


def test_gunicorns_own_file_is_read(tmp_path: Path) -> None:
    found = of_file(tmp_path, "workers = 2 * 3\nthreads = 4\nbind = ':80'\nwsgi_app = 'shop.wsgi'\n")
    assert (found.own_processes, found.interface) == (6, "wsgi")
    assert found.command(LAUNCH)[3:] == (
        "--bind", "127.0.0.1:9", "--config", "gunicorn.conf.py", "m.wsgi:application",
    )  # fmt: skip


def test_the_command_counts_before_the_file(tmp_path: Path) -> None:
    assert of_file(tmp_path, "workers = 6\n", "gunicorn -w 2 shop.wsgi").own_processes == 2


def test_the_files_of_the_server_that_runs_today_are_let_alone(tmp_path: Path) -> None:
    found = of_file(tmp_path, "pidfile = '/run/live.pid'\n", "gunicorn shop.wsgi")
    assert "--pid=" in found.command(LAUNCH)


def test_a_daemon_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="daemon = True"):
        of_file(tmp_path, "daemon = True\n", "gunicorn shop.wsgi")


def test_a_file_beside_the_procfile_is_found_from_the_project(tmp_path: Path) -> None:
    project = tmp_path / "src"
    project.mkdir()
    (tmp_path / "gunicorn.conf.py").write_text("workers = 3\n")
    file = a_file(folder=project, python=sys.executable)
    found = parse("gunicorn --chdir src shop.wsgi", file, at=tmp_path, environ={}).worker
    assert found.command(LAUNCH)[5:] == ("--config", "../gunicorn.conf.py", "m.wsgi:application")


INI = """
[uwsgi]
module = shop.wsgi:application
socket = /run/live.sock
daemonize = /var/log/live.log
master = true
processes = 1
vacuum = 1
; a comment
enable-threads = false
"""


def test_uwsgis_ini_is_read(tmp_path: Path) -> None:
    (tmp_path / "uwsgi.ini").write_text(INI)
    found = parse("uwsgi --ini /etc/uwsgi.ini", a_file(folder=tmp_path), environ={}).worker
    assert " ".join(found.command(LAUNCH)) == (
        f"py -c {RUN} --http-socket 127.0.0.1:9 --module=m.wsgi:application --master --processes=1 --vacuum"
    )


def test_what_uwsgi_works_out_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "uwsgi.ini").write_text("[uwsgi]\nchdir = %d\n")
    with pytest.raises(BadInput, match="chdir is worked out by uWSGI"):
        parse("uwsgi uwsgi.ini", a_file(folder=tmp_path), environ={})


@pytest.mark.parametrize(
    "command",
    [
        "gunicorn shop.wsgi -w 4 --bind 0.0.0.0:$PORT",
        "WEB_CONCURRENCY=2 newrelic-admin run-program gunicorn 'shop.wsgi'",
        "python manage.py runserver",
    ],
)
def test_what_is_shown_is_the_same_baseline(command: str) -> None:
    shown = baseline(command).shown
    assert started(shown) == started(command)
    assert baseline(shown).shown == shown


def test_a_number_that_is_none_is_left_to_the_server() -> None:
    assert worker("gunicorn shop.wsgi -w ²").own_processes == 1

"""A user's project as a Target."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from betterworker.bench.model import Worker
from betterworker.bench.project import target
from betterworker.bench.workers import WORKERS
from tests.bench.builders import a_launch
from tests.bench.project.served.small import a_project_file, an_overlay


def test_its_servers_run_on_the_overlay_in_the_projects_folder(tmp_path: Path) -> None:
    made = target.of(a_project_file(tmp_path), an_overlay(tmp_path))
    assert (made.python, made.folder) == ("/overlay/bin/python", str(tmp_path))
    assert made.packages == {"django": "5.2.1", "gunicorn": "23.0.0"}
    assert not made.upstream


def test_in_a_new_overlay_all_is_compiled_before_servers_are_waited_for(tmp_path: Path) -> None:
    file, overlay = a_project_file(tmp_path), an_overlay(tmp_path)
    assert target.of(file, overlay).prepare == ("-m", "betterworker_measured.compiled")
    (tmp_path / "bytecode").mkdir()
    assert target.of(file, overlay).prepare == ()


def test_they_find_the_project_and_what_the_users_path_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/mine")
    paths = target.of(a_project_file(tmp_path), an_overlay(tmp_path)).env["PYTHONPATH"].split(os.pathsep)
    assert (Path(paths[0]) / "betterworker_measured").is_dir()
    assert paths[1:] == [str(tmp_path), "/mine"]


def test_they_get_the_files_environment_and_nothing_of_the_built_in_site(tmp_path: Path) -> None:
    env = target.of(a_project_file(tmp_path, env={"MINE": "1"}), an_overlay(tmp_path)).env
    assert (env["MINE"], env["DJANGO_SETTINGS_MODULE"]) == ("1", "shop.settings")
    assert not {"BETTERWORKER_DB", "BETTERWORKER_UPSTREAM", "NO_PROXY"} & set(env)


@pytest.mark.parametrize("worker", WORKERS.values(), ids=WORKERS)
def test_a_command_is_shown_as_its_reader_would_type_it(worker: Worker, tmp_path: Path) -> None:
    found = target.of(a_project_file(tmp_path), an_overlay(tmp_path))
    launch = a_launch(python=found.python, wsgi=found.wsgi, asgi=found.asgi, better=found.better)
    shown = found.shown(worker.command(launch))
    own = {"shop.wsgi:application", "shop.asgi:application", "betterworker.handler.application:application"}
    assert len(own.intersection(shown)) == 1
    assert shown[0] in ("python", "pyuwsgi")
    assert "betterworker_measured" not in " ".join(shown)


def test_without_a_path_the_interfaces_workers_are_left_out_with_the_line_to_add(tmp_path: Path) -> None:
    unable = target.unable_workers(a_project_file(tmp_path, asgi=None), "3.12.1", "5.2.1", WORKERS)
    assert {"uvicorn", "daphne", "granian-asgi"} <= set(unable)
    assert "django.core.asgi.get_asgi_application()" in unable["uvicorn"]
    assert not {"gunicorn-gthread", "betterworker-uvicorn", "uwsgi"} & set(unable)


def test_a_project_without_wsgi_is_served_by_asgi_alone(tmp_path: Path) -> None:
    unable = target.unable_workers(a_project_file(tmp_path, wsgi=None), "3.12.1", "5.2.1", WORKERS)
    assert set(unable) == {name for name, worker in WORKERS.items() if worker.interface == "wsgi"}


@pytest.mark.parametrize(
    ("python", "django", "why"),
    [
        ("3.10.4", "5.2", "Python 3.11 or later; the project is on 3.10.4"),
        ("3.12.1", "4.2.9", "Django 5.2 or later; the project has 4.2.9"),
    ],
)
def test_the_handler_needs_what_it_needs(python: str, django: str, why: str, tmp_path: Path) -> None:
    unable = target.unable_workers(a_project_file(tmp_path), python, django, WORKERS)
    assert {name for name in WORKERS if name.startswith("betterworker-")} == set(unable)
    assert why in unable["betterworker-uvicorn"]


def test_a_django_that_is_not_out_yet_is_read(tmp_path: Path) -> None:
    assert target.unable_workers(a_project_file(tmp_path), "3.14.0", "6.1a1", WORKERS) == {}

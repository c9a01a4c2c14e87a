"""From ``init`` to a first ranked answer, on each kind of project."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.projects import channels_site, env_settings, rest_api, startproject, wagtail_site
from tests.projects.making import change
from tests.real_projects.commands import Said, betterworker
from tests.real_projects.measuring import Measured, measured
from tests.real_projects.sites import Make, Sites

pytestmark = [pytest.mark.servers, pytest.mark.studies, pytest.mark.timeout(600)]

KINDS = ("startproject", "wagtail_site", "rest_api", "channels_site", "env_settings")
each = pytest.mark.parametrize("kind", KINDS)
NO_TOKEN = 'path = "/health/"'
WITH_TOKEN = """path = "/health/"

[[requests]]
name = "books"
path = "/api/books/"
headers = { Authorization = "Token {setup.token}" }
contains = "Book 0"
"""


#: The site with the most requests would take a minute for them all.
FEWER = {"wagtail_site": ("--scenarios", "home,traffic")}


class Studies:
    """Each kind of project is begun and measured once, when a test first asks for it."""

    def __init__(self, folder: Path, builders: dict[str, Callable[[], Make]], sites: Sites) -> None:
        self._folder, self._builders, self._sites = folder, builders, sites
        self._begun: dict[str, tuple[Path, Said]] = {}
        self._measured: dict[str, Measured] = {}

    def begun(self, kind: str) -> tuple[Path, Said]:
        """Its folder, and what ``init`` said."""
        if kind not in self._begun:
            folder = self._sites.copy(self._builders[kind](), self._folder / kind)
            options = ("--env-file", ".env") if (folder / ".env").exists() else ()
            self._begun[kind] = folder, betterworker(folder, "init", *options)
        return self._begun[kind]

    def measured(self, kind: str) -> Measured:
        if kind not in self._measured:
            folder, said = self.begun(kind)
            assert said.status == 0, said.all
            if kind == "rest_api":
                with_token(folder)
            self._measured[kind] = measured(folder, *FEWER.get(kind, ()))
        return self._measured[kind]


def with_token(folder: Path) -> None:
    change(folder, "betterworker.toml", NO_TOKEN, WITH_TOKEN)
    change(folder, "betterworker.toml", "[project]\n", '[project]\nsetup = "shop.bench:log_in"\n')


@pytest.fixture(scope="module")
def studies(
    tmp_path_factory: pytest.TempPathFactory, sites: Sites, request: pytest.FixtureRequest
) -> Studies:
    """PostgreSQL is asked for by the one that needs it."""
    builders: dict[str, Callable[[], Make]] = {
        "startproject": lambda: startproject.make,
        "wagtail_site": lambda: wagtail_site.make,
        "rest_api": lambda: request.getfixturevalue("rest"),
        "channels_site": lambda: channels_site.make,
        "env_settings": lambda: env_settings.make,
    }
    return Studies(tmp_path_factory.mktemp("studies"), builders, sites)


def written(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "betterworker.toml").read_text(encoding="utf-8"))


def paths(folder: Path) -> set[str]:
    return {row["path"] for row in written(folder)["requests"]}


@each
def test_what_init_writes_can_be_run(studies: Studies, kind: str) -> None:
    run = studies.measured(kind).run
    assert run.status == 0, run.all


@each
def test_the_answer_names_a_worker_and_how_to_start_it(studies: Studies, kind: str) -> None:
    deployment = studies.measured(kind).report["deployment"]
    assert deployment["command"][0] in {"gunicorn", "uvicorn"}
    assert deployment["command"][-1] == deployment["application"] != ""
    assert "betterworker_measured" not in str(deployment)


@each
def test_every_worker_that_was_tried_has_a_figure_on_every_request(studies: Studies, kind: str) -> None:
    study = studies.measured(kind)
    assert len(study.report["workers"]) >= 2
    assert all(all(study.goodput(worker["name"]).values()) for worker in study.report["workers"])


@each
def test_its_environment_is_as_it_was(studies: Studies, kind: str) -> None:
    study = studies.measured(kind)
    assert study.after == study.before
    assert not any("gunicorn" in file or "uvicorn" in file for file in study.after)


@each
def test_nothing_but_the_file_and_the_runs_is_added_to_its_folder(studies: Studies, kind: str) -> None:
    assert studies.measured(kind).added == set()


def test_of_a_new_project_the_one_view_is_chosen(studies: Studies) -> None:
    folder, _ = studies.begun("startproject")
    assert paths(folder) == {"/"}


def test_of_a_wagtail_site_its_pages_are_chosen(studies: Studies) -> None:
    folder, _ = studies.begun("wagtail_site")
    assert {"/", "/about/"} <= paths(folder)


def test_what_a_wagtail_site_runs_on_is_read_from_its_dockerfile(studies: Studies) -> None:
    study = studies.measured("wagtail_site")
    assert written(study.folder)["project"]["baseline"] == "gunicorn mysite.wsgi:application"
    assert "baseline" in {worker["name"] for worker in study.report["workers"]}


def test_a_project_without_asgi_is_served_by_the_handler_that_needs_none(studies: Studies) -> None:
    names = {worker["name"] for worker in studies.measured("wagtail_site").report["workers"]}
    assert "betterworker-uvicorn" in names
    assert "uvicorn" not in names


def test_an_older_django_is_not_served_by_the_handler_and_the_reason_is_said(studies: Studies) -> None:
    folder, said = studies.begun("rest_api")
    assert "betterworker-uvicorn" not in written(folder)["run"]["workers"]
    assert "Django 5.2" in said.all


def test_requests_with_a_token_of_the_setup_hook_are_answered(studies: Studies) -> None:
    assert studies.measured("rest_api").goodput("gunicorn-gthread")["books:sync"]


def test_an_async_view_is_told_from_a_sync_one(studies: Studies) -> None:
    folder, _ = studies.begun("channels_site")
    assert {row["path"]: row.get("mode", "sync") for row in written(folder)["requests"]} == {
        "/": "sync",
        "/rooms/": "async",
    }


@pytest.mark.parametrize(
    ("kind", "secret"),
    [("rest_api", rest_api.PASSWORD), ("env_settings", env_settings.SECRET_KEY)],
)
def test_no_secret_is_written_or_said(studies: Studies, kind: str, secret: str) -> None:
    study = studies.measured(kind)
    assert secret not in study.stored
    assert secret not in study.run.all
    assert secret not in studies.begun(kind)[1].all

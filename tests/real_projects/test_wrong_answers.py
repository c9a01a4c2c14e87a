"""Requests that a project answers otherwise than the file says: the row's reason tells the line to add."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import startproject
from tests.projects.making import add, change, write
from tests.real_projects.measuring import Measured, measured
from tests.real_projects.sites import Sites
from tests.real_projects.test_bad_input import URLS, VIEWS

pytestmark = [pytest.mark.servers, pytest.mark.studies, pytest.mark.timeout(600)]

ONE = """
    [project]
    python = ".venv/bin/python"
    settings = "mysite.settings"
    wsgi = "mysite.wsgi:application"
    host = "www.example.com"

    [run]
    workers = ["gunicorn-gthread", "waitress"]

    [[requests]]
    name = "home"
    path = "/"
"""
OTHERS = """
    [[requests]]
    name = "nowhere"
    path = "/nowhere/"

    [[requests]]
    name = "fails"
    path = "/fails/"

    [[requests]]
    name = "mine"
    path = "/mine/"

    [[requests]]
    name = "moved"
    path = "/moved"
    status = 301
"""


@pytest.fixture(scope="module")
def study(sites: Sites, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """Of a project whose views fail, each in a way of its own."""
    folder = sites.copy(startproject.make, tmp_path_factory.mktemp("wrong") / "site")
    write(folder, {"mysite/views.py": VIEWS, "mysite/urls.py": URLS, "betterworker.toml": ONE + OTHERS})
    change(folder, "mysite/settings.py", "ALLOWED_HOSTS = []", 'ALLOWED_HOSTS = ["www.example.com"]')
    moved = 'path("mine/", views.mine), path("moved/", views.home)'
    change(folder, "mysite/urls.py", 'path("mine/", views.mine)', moved)
    return measured(folder)


def reason(study: Measured, row: str) -> str:
    cells = (cell for cell in study.report["cells"] if cell["scenario"] == row)
    return str(next(cells))


@pytest.mark.parametrize(
    ("row", "told"),
    [("nowhere", "HTTP 404"), ("fails", "HTTP 500"), ("mine", "[login]")],
)
def test_the_reason_says_what_was_answered_and_what_to_write(study: Measured, row: str, told: str) -> None:
    assert told in reason(study, row)


def test_the_other_rows_have_their_figures(study: Measured) -> None:
    figures = study.goodput("gunicorn-gthread")
    assert figures["home:sync"]
    assert figures["moved:sync"]


def test_a_host_that_is_not_allowed_is_told_with_the_line_to_write(sites: Sites, tmp_path: Path) -> None:
    folder = sites.copy(startproject.make, tmp_path / "site")
    write(folder, {"betterworker.toml": ONE})
    change(folder, "mysite/settings.py", "ALLOWED_HOSTS = []", 'ALLOWED_HOSTS = ["other.example.com"]')
    told = reason(measured(folder), "home")
    assert "HTTP 400" in told
    assert 'write `host = "' in told


def test_https_is_told_with_the_line_to_write(sites: Sites, tmp_path: Path) -> None:
    folder = sites.copy(startproject.make, tmp_path / "site")
    write(folder, {"betterworker.toml": ONE})
    header = 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")'
    add(folder, "mysite/settings.py", f"\nALLOWED_HOSTS = ['*']\nSECURE_SSL_REDIRECT = True\n{header}\n")
    assert "https = true" in reason(measured(folder), "home")

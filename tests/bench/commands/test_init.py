"""``betterworker init`` in projects of its own, on the interpreter of the tests."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from betterworker.bench import cli
from betterworker.bench.commands.init import BETTER, GTHREAD, UVICORN, unable
from betterworker.bench.commands.init import WORKERS as THREE
from betterworker.bench.project.file import read
from betterworker.bench.project.nouns import ProjectFile
from betterworker.bench.workers import WORKERS
from tests.bench.project.builders import a_facts, a_file
from tests.bench.project.sites import Site

VIEWS = """
def home(request):
    return HttpResponse("<h1>Shop</h1>")


async def api(request):
    return JsonResponse({"books": []})


def broken(request):
    raise ValueError("no shelf")
"""


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str


Init = Callable[..., Said]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """With two URLs that answer and one that does not; the shell is in its folder."""
    site = Site.make(tmp_path).migrated().views(VIEWS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    return site.urls('path("", views.home)', 'path("api/", views.api)', 'path("broken/", views.broken)')


@pytest.fixture
def init(capsys: pytest.CaptureFixture[str]) -> Init:
    def run(*arguments: str, python: str | None = sys.executable) -> Said:
        given = ["--python", python] if python else []
        with pytest.raises(SystemExit) as end:
            cli.main(["init", *given, *arguments])
        assert isinstance(end.value.code, int)
        return Said(end.value.code, *capsys.readouterr())

    return run


def written(site: Site) -> ProjectFile:
    return read(site.folder / "betterworker.toml")


def test_other_settings_that_the_applications_name_are_told(site: Site, init: Init) -> None:
    for name in ("wsgi", "asgi"):
        file = site.folder / "mysite" / f"{name}.py"
        file.write_text(file.read_text().replace("mysite.settings", "mysite.production"))
    told = "wsgi.py and asgi.py name mysite.production: --settings mysite.production measures that"
    assert told in init().err
    site.write("mysite/production.py", "from mysite.settings import *")
    assert "name mysite" not in init("--settings", "mysite.production", "--force").err
    assert "name mysite" not in init("--settings", "mysite.settings", "--force").err


def test_a_file_is_written_that_reads_as_what_was_found(site: Site, init: Init) -> None:
    said = init()
    file = written(site)
    assert said.status == 0
    assert (file.folder, file.python, file.settings) == (site.folder, sys.executable, "mysite.settings")
    assert (file.wsgi, file.asgi) == ("mysite.wsgi:application", "mysite.asgi:application")
    assert [(spec.name, spec.path, spec.mode) for spec in file.requests] == [
        ("home", "/", "sync"),
        ("api", "/api/", "async"),
    ]
    assert said.err.rstrip().endswith("Next: betterworker run")


def test_what_was_found_and_tried_is_said(site: Site, init: Init) -> None:
    said = init().err
    for line in (
        "settings         mysite.settings, DEBUG is on",
        "ASGI             mysite.asgi:application",
        "sqlite3",
        "GET /api/  200 application/json, 13 B",
        "/broken/: answers 500: ValueError: no shelf (mysite/views.py:12)",
        "Workers: gunicorn-gthread, uvicorn, betterworker-uvicorn",
    ):
        assert line in said


def test_why_a_url_was_not_taken_is_in_the_file_too(site: Site, init: Init) -> None:
    init()
    assert "# /broken/: answers 500: ValueError" in (site.folder / "betterworker.toml").read_text()


def test_a_file_that_is_there_stays(site: Site, init: Init) -> None:
    (site.folder / "betterworker.toml").write_text('[run]\nprofile = "smoke"\n')
    said = init()
    assert said.status == 2
    assert "--force" in said.err
    assert (site.folder / "betterworker.toml").read_text() == '[run]\nprofile = "smoke"\n'


def test_force_writes_anew_and_keeps_other_tables(site: Site, init: Init) -> None:
    (site.folder / "betterworker.toml").write_text('[run]\nprofile = "smoke"\n')
    assert init("--force").status == 0
    assert 'profile = "smoke"' in (site.folder / "betterworker.toml").read_text()
    assert len(written(site).requests) == 2


def test_print_writes_to_stdout_alone(site: Site, init: Init) -> None:
    said = init("--print")
    assert "[project]" in said.out
    assert not (site.folder / "betterworker.toml").exists()


def test_the_schema_needs_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, init: Init) -> None:
    monkeypatch.chdir(tmp_path)
    properties = json.loads(init("--schema", python=None).out)["properties"]
    assert {"project", "requests", "run"} <= set(properties)


def test_no_project_here_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, init: Init) -> None:
    monkeypatch.chdir(tmp_path)
    said = init()
    assert said.status == 2
    assert "No Django project here" in said.err


def test_a_project_below_is_named_in_the_file(
    site: Site, init: Init, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site.folder.parent)
    said = init("--folder", site.folder.name, "--print")
    assert f'folder = "{site.folder.name}"' in said.out


def test_from_within_a_project_the_file_lies_beside_manage_py(
    site: Site, init: Init, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site.folder / "mysite")
    said = init()
    assert len(written(site).requests) == 2
    assert f"Next: cd {site.folder} && betterworker run" in said.err


def test_a_site_without_an_answer_gets_a_file_all_the_same(site: Site, init: Init) -> None:
    site.urls('path("broken/", views.broken)')
    said = init()
    assert said.status == 1
    assert "no URL answers with 200" in said.err
    assert written(site).requests == ()


def test_the_host_is_of_allowed_hosts(site: Site, init: Init) -> None:
    site.settings('DEBUG = False\nALLOWED_HOSTS = ["www.example.com"]')
    init()
    assert written(site).host == "www.example.com"
    assert len(written(site).requests) == 2


def test_https_is_told_and_written(site: Site, init: Init) -> None:
    site.settings('SECURE_SSL_REDIRECT = True\nSECURE_PROXY_SSL_HEADER = ("HTTP_X_SCHEME", "https")')
    said = init()
    assert "https = true" in said.err
    assert written(site).https
    assert written(site).requests[0].headers == (("X-Scheme", "https"),)


def test_https_that_the_project_cannot_see_is_said(site: Site, init: Init) -> None:
    site.settings("SECURE_SSL_REDIRECT = True")
    said = init().err
    assert "SECURE_PROXY_SSL_HEADER is not set" in said
    assert "will be sent on" not in said
    assert said.count("SECURE_PROXY_SSL_HEADER") == 1


def test_pages_behind_a_log_in_are_said(site: Site, init: Init) -> None:
    site.views("from django.contrib.auth.decorators import login_required\nmine = login_required(home)\n")
    site.urls('path("", views.home)', 'path("mine/", views.mine)')
    said = init()
    assert "/mine/: redirects to /accounts/login/: it needs a table [login]" in said.err


def test_migrations_that_are_not_applied_are_said(site: Site, init: Init) -> None:
    (site.folder / "db.sqlite3").unlink()
    site.manage("migrate", "contenttypes")
    assert "python manage.py migrate" in init().err


def test_without_asgi_there_are_wsgi_workers_and_ours(site: Site, init: Init) -> None:
    (site.folder / "mysite/asgi.py").unlink()
    said = init()
    assert "ASGI             the project has no asgi.py" in said.err
    assert "Workers: gunicorn-gthread, betterworker-uvicorn" in said.err
    assert "not uvicorn: the project has no ASGI application" in said.err
    assert written(site).asgi is None


def test_settings_that_fail_are_told_by_their_own_lines(site: Site, init: Init) -> None:
    site.settings('import os\nSECRET_KEY = os.environ["SITE_KEY"]')
    said = init()
    assert said.status == 2
    assert 'SECRET_KEY = os.environ["SITE_KEY"]' in said.err
    assert "--env-file" in said.err


def test_variables_of_a_file_are_there_and_are_not_copied(site: Site, init: Init) -> None:
    site.settings('import os\nSECRET_KEY = os.environ["SITE_KEY"]').write(".env", "SITE_KEY=correct-horse\n")
    assert init("--env-file", ".env").status == 0
    assert "correct-horse" not in (site.folder / "betterworker.toml").read_text()
    assert written(site).env_file == site.folder / ".env"


def test_what_a_view_says_of_a_secret_is_masked(site: Site, init: Init) -> None:
    site.views('import os\ndef broken(request): raise ValueError(os.environ["SITE_KEY"])').write(
        ".env", "SITE_KEY=correct-horse\n"
    )
    said = init("--env-file", ".env")
    assert "/broken/: answers 500: ValueError: •••" in said.err
    assert "correct-horse" not in said.err + (site.folder / "betterworker.toml").read_text()


def test_a_secret_of_the_settings_is_neither_told_nor_written(site: Site, init: Init) -> None:
    site.settings('BOT_TOKEN = "correct-horse"').views("def bot(request): return HttpResponse()")
    site.views("from django.conf import settings\ndef broken(request): raise ValueError(settings.BOT_TOKEN)")
    site.urls(
        'path("bot/correct-horse/", views.bot)', 'path("broken/", views.broken)', 'path("", views.home)'
    )
    said = init()
    assert "/broken/: answers 500: ValueError: •••" in said.err
    assert "correct-horse" not in said.err + (site.folder / "betterworker.toml").read_text()


def test_a_variable_that_may_be_secret_is_not_written(site: Site, init: Init) -> None:
    site.settings('import os\nSECRET_KEY = os.environ["SITE_KEY"]')
    said = init("--env", "SITE_KEY=correct-horse", "--env", "SITE_MODE=live")
    text = (site.folder / "betterworker.toml").read_text()
    assert 'SITE_KEY = "${SITE_KEY}"' in text
    assert 'SITE_MODE = "live"' in text
    assert "export SITE_KEY" in said.err


def test_what_is_no_variable_is_refused(site: Site, init: Init) -> None:
    said = init("--env", "SITE_KEY")
    assert said.status == 2
    assert "NAME=VALUE" in said.err


def test_a_database_elsewhere_is_not_connected_to_and_told(site: Site, init: Init) -> None:
    site.settings(
        'DATABASES["default"] = {"ENGINE": "django.db.backends.postgresql", "HOST": "db.internal"}'
    ).views(
        "from django.contrib.auth.models import User\ndef home(r): return HttpResponse(User.objects.count())"
    )
    said = init()
    assert "the database is on db.internal, another machine, and was not connected to" in said.err
    assert 'hosts = ["db.internal"]' in said.err


def test_todays_command_is_the_baseline(site: Site, init: Init) -> None:
    site.write("Procfile", "web: gunicorn mysite.wsgi -w 3 --threads 2\n")
    said = init()
    assert "today            gunicorn mysite.wsgi -w 3 --threads 2 (Procfile)" in said.err
    assert written(site).baseline == "gunicorn mysite.wsgi -w 3 --threads 2"


def test_a_command_that_cannot_be_a_baseline_is_left_out_with_the_reason(site: Site, init: Init) -> None:
    site.write("Procfile", "web: gunicorn elsewhere.wsgi:application\n")
    said = init()
    assert "is no baseline: " in said.err
    assert written(site).baseline is None


def test_requests_of_a_log_are_tried_and_weighed(site: Site, init: Init) -> None:
    line = '1.2.3.4 - - [01/Jan/2026:00:00:00 +0000] "GET {} HTTP/1.1" 200 10\n'
    site.write("access.log", line.format("/") * 3 + line.format("/gone/") + line.format("/api/"))
    said = init("--from-log", "access.log")
    assert [(spec.path, spec.weight) for spec in written(site).requests] == [("/", 3.0), ("/api/", 1.0)]
    assert "/gone/: answers 404" in said.err


def test_a_visitor_who_left_is_no_request(site: Site, init: Init) -> None:
    line = '1.2.3.4 - - [01/Jan/2026:00:00:00 +0000] "GET {} HTTP/1.1" 200 10\n'
    site.write("access.log", line.format("/logout/"))
    site.views("def leave(request): open('left', 'w').close()").urls('path("logout/", views.leave)')
    said = init("--from-log", "access.log")
    assert "/logout/: not tried: by its name it may change something (logout)" in said.err
    assert (said.status, written(site).requests) == (1, ())
    assert not (site.folder / "left").exists()


def test_one_source_is_enough(site: Site, init: Init) -> None:
    site.write("a", "").write("b", "")
    assert "Give one of" in init("--from-log", "a", "--from-har", "b").err


def test_an_interpreter_without_django_is_said(site: Site, init: Init) -> None:
    python = site.folder / "python"
    python.write_text("#!/bin/sh\necho -\necho $0\n")
    python.chmod(0o755)
    said = init(python=str(python))
    assert said.status == 2
    assert "it has no Django" in said.err


def test_workers_that_the_project_cannot_run_on_are_left_out_with_the_reason() -> None:
    assert set(THREE) <= set(WORKERS)
    assert unable(a_file(), a_facts()) == {}
    assert list(unable(a_file(asgi=None), a_facts(django="4.2.11"))) == [UVICORN, BETTER]
    assert "Django 5.2" in unable(a_file(), a_facts(django="4.2.11"))[BETTER]
    assert list(unable(a_file(wsgi=None), a_facts(python="3.10.2"))) == [GTHREAD, BETTER]


def test_a_file_that_cannot_be_written_is_an_error_with_a_way_out(
    site: Site, init: Init, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_text(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_text", write_text)
    said = init()
    assert said.status == 2
    assert "betterworker.toml cannot be written (Permission denied). --print" in said.err

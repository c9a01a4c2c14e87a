"""Studies of a project of one's own through the command line, in its folder, as a user runs them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import psutil
import pytest

from betterworker.bench import cli
from tests.bench.waiting import processes_about, until
from tests.patience import PATIENCE_S, STUDY_S

pytestmark = [pytest.mark.servers, pytest.mark.studies, pytest.mark.timeout(600)]

ENV_SECRET = "c0rrect-horse/battery staple"
TOKEN = "0123456789abcdef0123456789abcdef"
PASSWORD = "s3cret of ann"
HOOK_SECRET = "made-by-the-hook-4711"
SHELL_SECRET = "of-the-shell-0815"
SETTINGS_SECRET = "of-the-settings-1702"
SECRETS = (ENV_SECRET, TOKEN, PASSWORD, HOOK_SECRET, SHELL_SECRET, SETTINGS_SECRET)

TINY = (
    *("--window", "300ms", "--connections", "4", "--blocks", "2"),
    *("--latency", "none", "--sweep", "none"),
)
ONE = ("--workers", "gunicorn-gthread")
FILES = {
    "shop/urls.py": """
        from django.contrib import admin
        from django.urls import path

        from shop import views

        urlpatterns = [
            path("", views.home),
            path("later/", views.later),
            path("broken/", views.broken),
            path("telling/", views.telling),
            path("admin/", admin.site.urls),
        ]
    """,
    "shop/views.py": """
        import os

        from django.http import HttpResponse


        def home(request):
            return HttpResponse("<h1>It works</h1>")


        async def later(request):
            return HttpResponse("later")


        def broken(request):
            raise RuntimeError("no use for " + request.headers["Authorization"])


        def telling(request):
            print(os.environ["SHOP_SECRET"], dict(request.headers), dict(request.COOKIES), flush=True)
            return HttpResponse("told")


        def log_in():
            return {"token": "made-by-the-hook-4711"}
    """,
}
PROJECT = f"""
    [project]
    python = "{sys.executable}"
    settings = "shop.settings"
"""
HOME = """
    [[requests]]
    path = "/"
    contains = "It works"
"""
LATER = """
    [[requests]]
    path = "/later/"
    mode = "async"
"""


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the overlays are: one for all tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one user."""
    folder = tmp_path_factory.mktemp("made") / "shop"
    folder.mkdir()
    manage(folder, "-m", "django", "startproject", "shop", ".")
    for path, text in FILES.items():
        (folder / path).write_text(dedent(text))
    manage(folder, "manage.py", "migrate", "--verbosity=0")
    manage(folder, "manage.py", "createsuperuser", "--noinput", "--username=ann", "--email=ann@example.com")
    return folder


@pytest.fixture
def shop(made: Path, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of its own; afterwards no process of it is left, and no temporary file."""
    folder, temporary = tmp_path / "shop", tmp_path / "temporary"
    shutil.copytree(made, folder)
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    yield folder
    assert until(lambda: not left(cache))
    assert list(temporary.iterdir()) == []


def left(cache: Path) -> list[psutil.Process]:
    """Servers: they run on an overlay's interpreter."""
    return processes_about(str(cache))


def manage(folder: Path, *arguments: str) -> None:
    env = {**os.environ, "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
    subprocess.run([sys.executable, *arguments], cwd=folder, env=env, check=True, timeout=PATIENCE_S)


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", cli.__name__, *map(str, arguments)]


def betterworker(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=folder, capture_output=True, text=True, check=False, timeout=STUDY_S
    )


def asks(folder: Path, *tables: str) -> None:
    """What its betterworker.toml says."""
    (folder / "betterworker.toml").write_text("\n".join(map(dedent, tables)))


def report(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "report.json").read_text())
    return found


def statuses(out: Path) -> dict[tuple[str, str], str]:
    cells = report(out)["cells"]
    return {(cell["worker"], f"{cell['scenario']}:{cell['mode']}"): cell["status"] for cell in cells}


def reasons(out: Path) -> str:
    return (out / "trials.jsonl").read_text()


def all_of(out: Path) -> str:
    return "".join(file.read_text(errors="replace") for file in out.rglob("*") if file.is_file())


def test_a_run_in_its_folder_measures_the_project(shop: Path) -> None:
    asks(shop, PROJECT, HOME, LATER)
    done = betterworker(shop, "run", "--workers", "gunicorn-gthread,uvicorn", *TINY, "--out", "run")
    assert done.returncode == 0, done.stderr
    assert statuses(shop / "run") == {
        (worker, row): "ok"
        for worker in ("gunicorn-gthread", "uvicorn")
        for row in ("home:sync", "later:async", "traffic:async")
    }
    study = json.loads((shop / "run" / "study.json").read_text())["study"]
    assert study["project"]["requests"]["home:sync"] == "GET /"
    assert study["project"]["settings"] == "shop.settings"
    assert "database default: sqlite3" in done.stderr


def test_built_in_measures_the_site_all_the_same(shop: Path) -> None:
    asks(shop, PROJECT, HOME)
    tiny = (*ONE, "--scenarios", "json:sync", *TINY)
    done = betterworker(shop, "run", "--built-in", "--profile", "smoke", *tiny, "--out", "run")
    assert done.returncode == 0, done.stderr
    assert statuses(shop / "run") == {("gunicorn-gthread", "json:sync"): "ok"}


def test_a_folder_with_a_project_and_no_file_is_told_how_to_measure_it(shop: Path) -> None:
    done = betterworker(shop, "run", "--profile", "absent")
    assert done.returncode == 2
    assert "For the project here: betterworker init" in done.stderr


def test_no_secret_is_in_a_run_folder(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgres://ann:{SHELL_SECRET}@localhost/shop")
    (shop / ".env").write_text(f"SHOP_SECRET='{ENV_SECRET}'\n")
    settings = (shop / "shop" / "settings.py").read_text()
    (shop / "shop" / "settings.py").write_text(
        f"import os\nprint(os.environ['SHOP_SECRET'], os.environ['DATABASE_URL'])\n{settings}\n"
        f"PAY = {{'api_key': '{SETTINGS_SECRET}'}}\nprint(PAY)\n"
    )
    project = f'{PROJECT}    env_file = ".env"\n    setup = "shop.views:log_in"\n'
    header = f'headers = {{Authorization = "Token {TOKEN}"}}'
    told = f'[[requests]]\npath = "/telling/?key={{setup.token}}"\n{header}\ncookies = {{seen = "{TOKEN}"}}\n'
    wrong = f'[[requests]]\npath = "/broken/"\n{header}\n'
    login = f'[login]\npath = "/admin/"\nfields = {{username = "ann", password = "{PASSWORD}"}}\n'
    asks(shop, project, login, told, wrong)
    done = betterworker(shop, "run", "--workers", "gunicorn-gthread,uvicorn", *TINY, "--out", "run")
    stored = all_of(shop / "run")
    assert "RuntimeError: no use for •••" in stored, done.stderr
    assert "•••" in "".join(map(Path.read_text, (shop / "run" / "logs").glob("uvicorn-*.log")))
    assert [secret for secret in SECRETS if secret in stored] == []
    assert "sessionid=" not in stored.replace("sessionid=•••", "")


def test_a_visitor_who_logs_in_sees_what_others_do_not(shop: Path) -> None:
    login = f'[login]\npath = "/admin/"\nfields = {{username = "ann", password = "{PASSWORD}"}}\n'
    admin = '[[requests]]\npath = "/admin/"\ncontains = "Log out"\n'
    stranger = '[[requests]]\nname = "stranger"\npath = "/admin/"\nlogin = false\nstatus = 302\n'
    asks(shop, PROJECT, login, admin, stranger)
    done = betterworker(shop, "run", "--workers", "gunicorn-gthread,uvicorn", *TINY, "--out", "run")
    assert done.returncode == 0, done.stderr + reasons(shop / "run")
    assert set(statuses(shop / "run").values()) == {"ok"}


def test_a_wrong_password_is_told_in_djangos_words(shop: Path) -> None:
    asks(
        shop, PROJECT, '[login]\npath = "/admin/"\nfields = {username = "ann", password = "wrong one"}', HOME
    )
    done = betterworker(shop, "run", *ONE, *TINY, "--out", "run")
    assert done.returncode == 1
    assert "log-in at /admin/ failed" in reasons(shop / "run")
    assert "Please enter the correct username and password" in reasons(shop / "run")


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ((PROJECT, '[[requests]]\npath = "/"\nmethod = "POST"'), "writes = true"),
        ((PROJECT.replace("shop.settings", "shop.setings"), HOME), "shop.setings"),
        ((f'{PROJECT}    setup = "shop.views:absent"', HOME), "has no attribute 'absent'"),
        ((f"{PROJECT}    writes = 1", HOME), "betterworker.toml:5"),
    ],
)
def test_what_must_not_be_measured_leaves_no_folder(shop: Path, tables: tuple[str, ...], said: str) -> None:
    asks(shop, *tables)
    done = betterworker(shop, "run", *ONE, *TINY, "--out", "run")
    assert done.returncode == 2
    assert said in done.stderr
    assert not (shop / "run").exists()


def test_a_database_elsewhere_is_refused_before_anything_is_sent(shop: Path) -> None:
    with (shop / "shop" / "settings.py").open("a") as settings:
        engine = '"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "db.example.invalid"'
        settings.write(f'DATABASES["default"] = {{{engine}}}\n')
    asks(shop, PROJECT, HOME)
    done = betterworker(shop, "run", *ONE, *TINY, "--out", "run")
    assert done.returncode == 2
    assert 'hosts = ["db.example.invalid"]' in done.stderr


def test_a_wrong_answer_is_told_with_the_line_to_write(shop: Path) -> None:
    told = {"/absent/": "HTTP 404", "/broken/": "HTTP 500", "/admin/": "[login]", "/later": "/later/"}
    asks(shop, PROJECT, *(f'[[requests]]\npath = "{path}"\n' for path in told))
    done = betterworker(shop, "run", *ONE, "--scenarios", "absent,broken,admin,later", *TINY, "--out", "run")
    assert done.returncode == 1
    failures = [json.loads(line)["failure"]["reason"] for line in reasons(shop / "run").splitlines()]
    assert [said for said in told.values() if not any(said in reason for reason in failures)] == []


def test_a_killed_run_leaves_nothing_and_goes_on_with_the_same_requests_alone(
    shop: Path, cache: Path
) -> None:
    asks(shop, PROJECT, HOME, LATER)
    line = command("run", "--workers", "gunicorn-gthread,uvicorn", *TINY, "--out", "run")
    trials = shop / "run" / "trials.jsonl"
    with subprocess.Popen(line, cwd=shop, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert until(lambda: trials.exists() and trials.read_bytes().count(b"\n") > 0)
        assert left(cache)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=PATIENCE_S)
    assert until(lambda: not left(cache))
    stored = trials.read_text().splitlines()
    asks(shop, PROJECT, HOME.replace("It works", "works"), LATER)
    other = betterworker(shop, "run", "--resume", "run")
    assert (other.returncode, "has other requests" in other.stderr) == (2, True)
    asks(shop, PROJECT, HOME, LATER)
    done = betterworker(shop, "run", "--resume", "run")
    assert done.returncode == 0, done.stderr
    assert trials.read_text().splitlines()[: len(stored)] == stored
    assert set(statuses(shop / "run").values()) == {"ok"}


def test_elsewhere_a_run_of_a_project_asks_for_its_file(shop: Path, tmp_path: Path) -> None:
    asks(shop, PROJECT, HOME)
    out = tmp_path / "run"
    done = betterworker(shop, "run", *ONE, *TINY, "--out", out)
    assert done.returncode == 0, done.stderr
    there = betterworker(tmp_path, "run", "--resume", out)
    assert (there.returncode, "--config FILE run --resume" in there.stderr) == (2, True)
    named = betterworker(tmp_path, "--config", shop / "betterworker.toml", "run", "--resume", out)
    assert named.returncode == 0, named.stderr
    assert betterworker(tmp_path, "compare", out, out).returncode == 0


def test_workers_are_told_as_they_would_serve_the_project(shop: Path) -> None:
    asks(shop, PROJECT, HOME)
    own = betterworker(shop, "workers", "uvicorn").stdout
    site = betterworker(shop, "workers", "uvicorn", "--built-in").stdout
    assert "shop.asgi:application" in own
    assert "betterworker.site.asgi:application" in site

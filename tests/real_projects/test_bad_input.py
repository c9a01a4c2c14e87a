"""What can be wrong in a project, and what ``init`` says of it."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.projects import broken, env_settings, startproject
from tests.projects.environments import environment, python_of
from tests.projects.making import add, change, write
from tests.real_projects.commands import betterworker
from tests.real_projects.sites import Sites

pytestmark = [pytest.mark.servers, pytest.mark.timeout(600)]

VIEWS = """
    from django.contrib.auth.decorators import login_required
    from django.http import HttpResponse


    def home(request):
        return HttpResponse("<h1>It works</h1>")


    def fails(request):
        raise ValueError("no such thing")


    @login_required
    def mine(request):
        return HttpResponse("mine")
"""
URLS = """
    from django.urls import path

    from mysite import views

    urlpatterns = [path("", views.home), path("fails/", views.fails), path("mine/", views.mine)]
"""
LINES = 1_000_000
#: What reading a long log may add to what reading a short one takes.
LOG_MB = 40
PEAK = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
sys.exit(done.returncode)
"""


@pytest.fixture
def site(sites: Sites, tmp_path: Path) -> Path:
    return sites.copy(startproject.make, tmp_path / "site")


def written(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "betterworker.toml").read_text(encoding="utf-8"))


def test_no_project_here(tmp_path: Path) -> None:
    said = betterworker(tmp_path, "init")
    assert said.status == 2
    assert "manage.py" in said.err


def test_two_projects_here(sites: Sites, tmp_path: Path) -> None:
    for name in ("shop", "blog"):
        sites.copy(startproject.make, tmp_path / "both" / name)
    said = betterworker(tmp_path / "both", "init")
    assert said.status == 2
    assert all(text in said.err for text in ("shop", "blog", "--folder"))


def test_settings_that_fail_to_import_show_their_own_traceback_alone(sites: Sites, tmp_path: Path) -> None:
    said = betterworker(sites.copy(broken.make, tmp_path / "site"), "init")
    assert said.status == 2
    assert f"No module named '{broken.MISSING}'" in said.err
    assert "mysite/reading.py" in said.err
    assert "importlib" not in said.err
    assert "betterworker/bench" not in said.err


def test_settings_that_need_a_variable_name_it_and_the_way_to_give_it(sites: Sites, tmp_path: Path) -> None:
    said = betterworker(sites.copy(env_settings.make, tmp_path / "site"), "init")
    assert said.status == 2
    assert "SITE_SECRET_KEY" in said.err
    assert "--env-file" in said.err


def test_no_asgi_file(site: Path) -> None:
    (site / "mysite/asgi.py").unlink()
    said = betterworker(site, "init")
    assert said.status == 0, said.all
    assert "asgi" in said.all.lower()
    assert "uvicorn" not in written(site)["run"]["workers"]


def test_migrations_that_are_not_applied(site: Path) -> None:
    (site / "db.sqlite3").write_bytes(b"")
    said = betterworker(site, "init")
    assert "manage.py migrate" in said.all


def test_allowed_hosts_that_reject_us(site: Path) -> None:
    change(site, "mysite/settings.py", "ALLOWED_HOSTS = []", 'ALLOWED_HOSTS = ["www.example.com"]')
    said = betterworker(site, "init")
    assert said.status == 0, said.all
    assert written(site)["project"]["host"] == "www.example.com"


def test_a_redirect_to_https_is_followed_by_looking_like_a_proxys_request(site: Path) -> None:
    header = 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")'
    add(site, "mysite/settings.py", f"\nSECURE_SSL_REDIRECT = True\n{header}\n")
    said = betterworker(site, "init")
    assert said.status == 0, said.all
    assert written(site)["project"]["https"] is True


def test_a_redirect_to_https_that_only_some_servers_satisfy_names_the_setting(site: Path) -> None:
    add(site, "mysite/settings.py", "\nSECURE_SSL_REDIRECT = True\n")
    said = betterworker(site, "init")
    assert written(site)["project"]["https"] is True
    assert "SECURE_PROXY_SSL_HEADER" in said.all


def test_views_that_fail_or_want_a_log_in_are_told_and_left_out(site: Path) -> None:
    write(site, {"mysite/views.py": VIEWS, "mysite/urls.py": URLS})
    said = betterworker(site, "init")
    assert [row["path"] for row in written(site)["requests"]] == ["/"]
    assert "ValueError: no such thing" in said.all
    assert "[login]" in said.all


def test_an_interpreter_without_django(site: Path) -> None:
    bare = python_of(environment("bare", "six"))
    said = betterworker(site, "init", "--python", bare)
    assert said.status == 2
    assert "Django" in said.err


def test_a_log_of_a_million_lines_is_streamed(site: Path, tmp_path: Path) -> None:
    assert (
        peak_mb(site, a_log(tmp_path / "long", LINES)) < peak_mb(site, a_log(tmp_path / "short", 10)) + LOG_MB
    )
    assert [row["path"] for row in written(site)["requests"]] == ["/"]


def a_log(file: Path, lines: int) -> Path:
    """Every other line asks for a path of its own."""
    start = '203.0.113.9 - - [22/Nov/2026:10:00:00 +0000] "GET'
    end = 'HTTP/1.1" 200 512 "https://www.example.com/some/page" "Mozilla/5.0 (X11; Linux x86_64)"\n'
    with file.open("w") as log:
        log.writelines(
            f"{start} /{f'item/{n}/?session={n:032x}' if n % 2 else ''} {end}" for n in range(lines)
        )
    return file


def peak_mb(site: Path, log: Path) -> int:
    command = [sys.executable, "-m", "betterworker.bench", "init", "--force", "--from-log", str(log)]
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *command], cwd=site, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.rpartition("peak ")[2])


def test_a_har_with_secrets_leaves_none_of_them(site: Path, tmp_path: Path) -> None:
    har = tmp_path / "site.har"
    har.write_text(json.dumps(a_har("session-of-somebody", "token-of-somebody")))
    said = betterworker(site, "init", "--from-har", har)
    assert said.status == 0, said.all
    everything = said.all + (site / "betterworker.toml").read_text()
    assert "of-somebody" not in everything


def a_har(session: str, token: str) -> dict[str, Any]:
    headers = {"Cookie": f"sessionid={session}", "Authorization": f"Bearer {token}", "Accept": "text/html"}
    request = {
        "method": "GET",
        "url": f"http://localhost/?token={token}",
        "headers": [{"name": name, "value": value} for name, value in headers.items()],
        "cookies": [{"name": "sessionid", "value": session}],
        "queryString": [{"name": "token", "value": token}],
    }
    response = {"status": 200, "headers": [], "content": {"mimeType": "text/html", "size": 20}}
    return {"log": {"version": "1.2", "entries": [{"request": request, "response": response}]}}

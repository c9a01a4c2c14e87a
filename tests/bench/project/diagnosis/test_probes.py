"""What requests do by themselves: a real project, looked at in a process of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from betterworker.bench.model import Probed, Probes
from betterworker.bench.project.diagnosis import Order, beyond, look, of_urls, probe, probing
from betterworker.bench.project.facts import Url
from betterworker.bench.project.rows import scenarios
from tests.bench.project.builders import a_facts, a_file, a_login, a_spec
from tests.bench.project.sites import Site

VIEWS = """
import asyncio, socket, threading, time
from django.contrib.auth.models import Permission
from django.db import connection
from django.http import StreamingHttpResponse
from django.shortcuts import render

SEEN, KEPT, CACHE, DRIVER = [], [], {}, {}

def plain(request):
    return HttpResponse("plain")

async def waits(request):
    await asyncio.sleep(0.08)
    return HttpResponse("waited")

def turns():
    # 0.1 s, and longer on a busy machine: so long that whoever looks has a turn as well.
    for _ in range(20):
        time.sleep(0.005)

async def sleeps(request):
    report()
    return HttpResponse("slept")

def report():
    other = threading.Thread(target=turns)
    other.start()
    while other.is_alive():
        time.sleep(0.05)

async def fetches(request):
    here, there = socket.socketpair()
    threading.Thread(target=lambda: (turns(), there.send(b"x"))).start()
    here.recv(1)
    here.close()
    return HttpResponse("fetched")

async def late_import(request):
    if not SEEN:
        SEEN.append(1)
        time.sleep(0.2)
    return HttpResponse("imported")

def busy(request):
    until = time.perf_counter() + 0.1
    while time.perf_counter() < until:
        pass
    return HttpResponse("worked")

def one_by_one(request):
    names = [each.content_type.model for each in Permission.objects.all()[:8]]
    return HttpResponse(str(len(names)))

def together(request):
    names = [each.content_type.model for each in Permission.objects.select_related("content_type")[:8]]
    return HttpResponse(str(len(names)))

def literal(request):
    with connection.cursor() as cursor:
        for _ in range(6):
            cursor.execute("SELECT 'a secret', %s", [1])
    return HttpResponse("asked")

def visits(request):
    request.session["visits"] = request.session.get("visits", 0) + 1
    return HttpResponse(str(request.session["visits"]))

def first_visit(request):
    request.session.setdefault("since", "today")
    return HttpResponse("seen")

def parts():
    for _ in range(4):
        yield b"part"
        time.sleep(0.02)

async def async_parts():
    for _ in range(4):
        yield b"part"
        await asyncio.sleep(0.02)

def streams(request):
    return StreamingHttpResponse(parts())

async def async_streams(request):
    return StreamingHttpResponse(async_parts())

def writes(request):
    Permission.objects.create(name="new", codename="new", content_type_id=1)
    return HttpResponse("written")

def fails(request):
    raise ValueError("a secret")

def page(request):
    return render(request, "page.html")

def leaks(request):
    KEPT.append(
        bytearray(20_000)
    )
    return HttpResponse("kept")

def fills(request):
    CACHE.setdefault(request.path, bytearray(20_000))
    return HttpResponse("cached")

def by_connection(request):
    connection.ensure_connection()
    if DRIVER.get("connection") is not connection.connection:
        DRIVER.update(connection=connection.connection, kept=[])
    DRIVER["kept"].append(bytearray(20_000))
    return HttpResponse("kept")
"""
#: What the parts of a stream wait, all together.
STREAM_MS = 4 * 20
NAMES = re.findall(r"^(?:async )?def (\w+)\(request\)", VIEWS, re.MULTILINE)
UNCACHED = """
TEMPLATES[0]["DIRS"] = [BASE_DIR / "templates"]
TEMPLATES[0]["APP_DIRS"] = False
TEMPLATES[0]["OPTIONS"]["loaders"] = ["django.template.loaders.filesystem.Loader"]
DATABASES["default"]["CONN_MAX_AGE"] = 60
MIDDLEWARE.insert(1, "mysite.views.sync_only")
"""
MEMBERS = """
from django.contrib.auth.decorators import login_required

@login_required
def members(request):
    return HttpResponse(request.user.username)
"""
ANN = "from django.contrib.auth.models import User; User.objects.create_user('ann', password='correct horse')"
SYNC_ONLY = """
def sync_only(get_response):
    return lambda request: get_response(request)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site.make(tmp_path_factory.mktemp("site")).views(VIEWS).views(SYNC_ONLY)
    site.urls(*(f'path("{name}/", views.{name})' for name in NAMES))
    return site.write("templates/page.html", "<p>{{ 1 }}</p>").settings(UNCACHED).manage("migrate")


def orders(*names: str) -> list[Order]:
    return [Order(key=name, path=f"/{name}/", headers=(("Host", "localhost"),)) for name in names]


@pytest.fixture(scope="module")
def probes(site: Site) -> Probes:
    with pytest.MonkeyPatch.context() as patch:
        # However slow the machine is: all of them.
        patch.setattr(probing, "BUDGET_S", 1000.0)
        patch.setattr(probing, "PATIENCE_S", 1000.0)
        return look(site.place, orders(*NAMES), "not asked for")


@pytest.fixture
def probed(probes: Probes) -> Callable[[str], Probed]:
    return {each.key: each for each in probes.requests}.__getitem__


Get = Callable[[str], Probed]


def test_a_call_that_sleeps_in_an_async_view_is_found_with_its_stack(probed: Get) -> None:
    stall = probed("sleeps").stall
    assert stall is not None
    assert stall.ms >= 50
    assert [place.partition(":")[0] for place in stall.stack] == ["mysite/views.py", "mysite/views.py"]
    assert [place.rpartition(" ")[2] for place in stall.stack] == ["sleeps", "report"]


def test_a_sync_client_in_an_async_view_is_found(probed: Get) -> None:
    stall = probed("fetches").stall
    assert stall is not None
    assert stall.stack[-1].endswith("in fetches")


@pytest.mark.parametrize("name", ["plain", "waits", "busy", "late_import"])
def test_nothing_is_found_where_the_loop_is_free(probed: Get, name: str) -> None:
    assert probed(name).stopped is None
    assert probed(name).stall is None


def test_the_same_query_again_and_again_is_found_with_its_line(probed: Get) -> None:
    (query,) = probed("one_by_one").repeated
    assert (query.times, probed("one_by_one").queries) == (8, 9)
    assert query.where is not None
    assert query.where.startswith("mysite/views.py:")
    assert not probed("together").repeated


def test_what_stands_in_a_querys_text_is_not_told(probed: Get) -> None:
    (query,) = probed("literal").repeated
    assert "secret" not in query.sql


def test_a_connection_is_kept_under_wsgi_and_opened_anew_under_asgi(probed: Get) -> None:
    asked = probed("together")
    assert asked.wsgi is not None
    assert asked.asgi is not None
    assert (asked.wsgi.connects, asked.asgi.connects) == ({}, {"default": asked.times})
    assert 0 < asked.asgi.connect_ms["default"] < asked.asgi.ms


def test_a_session_that_is_saved_each_time_is_told_apart_from_one_that_is_begun(probed: Get) -> None:
    assert probed("visits").saves == probed("visits").times
    assert (probed("first_visit").saves, probed("plain").saves) == (0, 0)


def test_no_session_is_written(site: Site, probed: Get) -> None:
    assert probed("visits").stopped is None
    code = "from django.contrib.sessions.models import Session; assert not Session.objects.exists()"
    site.manage("shell", "-c", code)


@pytest.mark.parametrize(
    ("name", "kind", "whole", "by_part"),
    [("streams", "sync", "asgi", "wsgi"), ("async_streams", "async", "wsgi", "asgi")],
)
def test_a_stream_of_the_other_kind_comes_whole(
    probed: Get, name: str, kind: str, whole: str, by_part: str
) -> None:
    asked = probed(name)
    assert asked.streams == kind
    gathered, streamed = getattr(asked, whole), getattr(asked, by_part)
    # Its waits before the first byte, or after it: a busy machine makes them longer, and never shorter.
    assert gathered.first_ms >= STREAM_MS
    assert streamed.ms - streamed.first_ms >= STREAM_MS


def test_a_request_that_would_write_is_left_alone(probed: Get) -> None:
    assert probed("writes").stopped == "writes to a database"


def test_a_request_that_fails_says_so_without_its_words(probed: Get) -> None:
    assert probed("fails").stopped == "answers 500 (ValueError)"


def test_templates_that_are_compiled_each_time_are_counted(probes: Probes, probed: Get) -> None:
    assert probed("page").compiled == 1
    assert probed("page").compile_ms > 0
    assert probes.uncached == ("django.template.loaders.filesystem.Loader",)


def test_memory_that_stays_behind_is_found_with_its_line(probed: Get) -> None:
    asked = probed("leaks")
    assert 20_000 < asked.left_bytes < 21_000
    assert asked.left_at is not None
    assert asked.left_at.startswith("mysite/views.py:")


@pytest.mark.parametrize("name", ["plain", "fills", "visits", "one_by_one", "page", "by_connection"])
def test_memory_that_is_kept_once_or_given_back_is_not_told(probed: Get, name: str) -> None:
    assert probed(name).left_bytes == 0


def test_hops_are_counted_and_timed(probes: Probes, probed: Get) -> None:
    asked = probed("plain").asgi
    assert asked is not None
    assert asked.hops > 1
    assert probes.hop_us is not None
    assert probes.sync_only == ("mysite.views.sync_only",)


def test_a_fresh_project_costs_nothing_of_the_kind(tmp_path: Path) -> None:
    site = Site.make(tmp_path / "fresh").urls('path("", lambda request: HttpResponse("hello"))')
    found = look(site.place, [Order(key="home:sync", path="/")], "not asked for")
    (home,) = found.requests
    assert (home.stopped, home.stall, home.queries, home.repeated, home.saves) == (None, None, 0, (), 0)
    assert (found.sync_only, found.uncached, found.unlooked) == (
        (),
        (),
        ("thread hops by middleware: not asked for",),
    )


def test_who_logs_in_is_logged_in_and_nothing_is_written(tmp_path: Path) -> None:
    site = Site.make(tmp_path / "members").views(MEMBERS).urls('path("members/", views.members)')
    site.manage("migrate").manage("shell", "-c", ANN)
    fields = {"username": "ann", "password": "correct horse"}
    (known,) = look(site.place, orders("members"), "not asked for", a_login(fields=fields)).requests
    (stranger,) = look(site.place, orders("members"), "not asked for").requests
    assert (known.stopped, stranger.stopped) == (None, "answers 302, to /accounts/login/")


def test_a_site_that_sends_everybody_on_to_https_is_looked_at_behind_it(tmp_path: Path) -> None:
    site = Site.make(tmp_path / "site").urls('path("", lambda request: HttpResponse(request.scheme))')
    facts = site.settings("SECURE_SSL_REDIRECT = True").migrated().ask()
    (behind,) = of_urls(facts)
    (seen, sent_on) = look(site.place, [behind, replace(behind, https=False)], "not counted").requests
    assert seen.stopped is None
    assert sent_on.stopped == "answers 301, to https://localhost/: write https = true into [project]"


def test_the_requests_of_a_file_are_behind_https_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Order] = []
    monkeypatch.setattr(probing, "counted", lambda _: "not counted")
    monkeypatch.setattr(probing, "look", lambda _place, orders, *_: asked.extend(orders))
    for https in (True, False):
        file = a_file(https=https)
        probe(file, scenarios(file))
    assert [order.https for order in asked] == [True, False]


def test_urls_beyond_the_first_are_named() -> None:
    urls = [Url(pattern=f"{n}/", path=f"/{n}/", view=f"shop.views.{n}", mode="sync") for n in range(14)]
    assert beyond(a_facts(urls=tuple(urls))) == ("2 more URLs (/12/, /13/): name them in [[requests]]",)
    assert beyond(a_facts(urls=tuple(urls[:12]))) == ()


def test_settings_that_fail_are_told_and_stop_nothing(tmp_path: Path) -> None:
    site = Site.make(tmp_path / "broken").settings("raise ValueError('no')")
    file = a_file(a_spec(), folder=site.folder, python=site.place.python, settings="mysite.settings")
    hops, requests = sorted(probe(file, {}).unlooked, reverse=True)
    assert hops.startswith("thread hops")
    assert requests == "the requests by themselves: mysite.settings cannot be imported"


def test_urls_of_views_that_may_change_something_are_not_asked() -> None:
    urls = [
        Url(pattern=name, path=f"/{name}/", view=f"shop.views.{name}", mode="sync")
        for name in ("books", "logout", "delete_all")
    ]
    facts = a_facts(urls=tuple(urls), allowed_hosts=(".example.com",))
    (order,) = of_urls(facts)
    assert (order.path, order.headers[0]) == ("/books/", ("Host", "example.com"))


def test_a_wagtail_site_has_a_front_page() -> None:
    assert [order.path for order in of_urls(a_facts(packages={"wagtail": "7.0"}))] == ["/"]


def test_no_session_of_the_projects_own_kind_of_middleware_is_written(tmp_path: Path) -> None:
    site = Site.make(tmp_path / "site")
    kept = site.folder / "sessions"
    kept.mkdir()
    site.write(
        "mysite/own.py",
        "from django.contrib.sessions import middleware as m\nclass Own(m.SessionMiddleware): pass",
    ).change("mysite/settings.py", "django.contrib.sessions.middleware.SessionMiddleware", "mysite.own.Own")
    site.settings(
        f'SESSION_ENGINE = "django.contrib.sessions.backends.file"\nSESSION_FILE_PATH = {str(kept)!r}'
    ).views("def home(request):\n    request.session['a'] = 1\n    return HttpResponse()\n")
    site.urls('path("", views.home)').migrated()
    (found,) = look(site.place, [Order(key="/:sync", path="/")], "not counted").requests
    assert (found.stopped, found.saves) == (None, 3)
    assert list(kept.iterdir()) == []

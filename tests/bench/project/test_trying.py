"""URLs tried in a project's own process."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import django
import pytest

from betterworker.bench.project import asking
from betterworker.bench.project.asking import try_urls
from tests.bench.project.sites import Site


def a_site(site: Site, body: str, *, arguments: str = "request") -> Site:
    """``/`` answers with this."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return site.views(f"def home({arguments}):\n{lines}\n").urls('path("", views.home)')


def test_an_answer_is_told(site: Site) -> None:
    tried = a_site(site, 'return JsonResponse({"a": 1})').get("/")
    assert (tried.status, tried.content_type, tried.length) == (200, "application/json", 8)
    assert (tried.same_length, tried.raised, tried.refused, tried.slow) == (True, None, None, False)
    assert (tried.view, tried.mode) == ("mysite.views.home", "sync")


def test_an_async_view_is_known(site: Site) -> None:
    site.views("async def home(request): return HttpResponse()").urls('path("", views.home)')
    assert site.get("/").mode == "async"


def test_answers_of_different_lengths_are_told(site: Site) -> None:
    site.views("answered = []")
    assert (
        not a_site(site, "answered.append(0)\nreturn HttpResponse('.' * len(answered))").get("/").same_length
    )


def test_an_exception_is_told_with_its_line(site: Site) -> None:
    tried = a_site(site, "return HttpResponse(1 / 0)").get("/")
    assert tried.status == 500
    assert tried.raised == "ZeroDivisionError: division by zero (mysite/views.py:3)"


def test_a_host_that_is_not_allowed_is_told(site: Site) -> None:
    site.settings('ALLOWED_HOSTS = ["www.example.com"]')
    tried = a_site(site, "return HttpResponse()").get("/")
    assert tried.status == 400
    assert tried.raised is not None
    assert tried.raised.startswith("DisallowedHost")
    assert site.get("/", host="www.example.com").status == 200


def test_https_is_as_behind_a_proxy(site: Site) -> None:
    site.settings('SECURE_SSL_REDIRECT = True\nSECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")')
    a_site(site, "return HttpResponse(request.scheme)")
    assert site.get("/").location == "https://localhost/"
    assert site.get("/", https=True).length == len("https")


def test_a_redirect_on_this_host_is_gone_after(site: Site) -> None:
    site.views(
        "from django.shortcuts import redirect\n"
        "def home(request): return redirect('/books/?page=1')\n"
        "def out(request): return redirect('https://elsewhere.example/')\n"
        "def books(request): return HttpResponse(request.GET['page'])\n"
    ).urls('path("", views.home)', 'path("out/", views.out)', 'path("books/", views.books)')
    tried = {each.path: each for each in site.get_all(["/", "/out/"])}
    assert set(tried) == {"/", "/out/", "/books/?page=1"}
    assert (tried["/books/?page=1"].origin, tried["/books/?page=1"].status) == ("redirect", 200)


def test_nothing_is_written_to_the_database(site: Site) -> None:
    site.migrated()
    tried = a_site(site, "request.session['seen'] = 1\nreturn HttpResponse()").get("/")
    assert tried.status == 500
    assert tried.refused is not None
    assert tried.refused.startswith('INSERT INTO "django_session"')
    with closing(sqlite3.connect(site.folder / "db.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM django_session").fetchone() == (0,)


def test_what_goes_around_djangos_cursors_writes_nothing_either(site: Site) -> None:
    site.migrated().views("from django.db import connection")
    tried = a_site(
        site, "connection.ensure_connection()\nconnection.connection.execute('DELETE FROM auth_user')"
    ).get("/")
    assert tried.raised is not None
    assert "readonly database" in tried.raised
    assert tried.refused == "attempt to write a readonly database"


def test_reading_in_a_transaction_is_fine(site: Site) -> None:
    site.migrated().settings('DATABASES["default"]["ATOMIC_REQUESTS"] = True')
    site.views("from django.contrib.auth.models import User")
    assert a_site(site, "return HttpResponse(User.objects.count())").get("/").status == 200


def test_no_mail_is_sent(site: Site) -> None:
    site.settings('globals().pop("MAILERS", None)\nEMAIL_HOST, EMAIL_PORT = "127.0.0.1", 1')
    body = "send_mail('a', 'b', 'c@example.com', ['d@example.com'])\nreturn HttpResponse()"
    assert a_site(site.views("from django.core.mail import send_mail"), body).get("/").status == 200


@pytest.mark.skipif(django.VERSION < (6, 1), reason="Django has MAILERS from 6.1 on.")
@pytest.mark.parametrize("alias", ["default", "bulk"])
def test_by_none_of_the_mailers_either(site: Site, alias: str) -> None:
    nobody = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": {"host": "::1", "port": 1}}
    site.settings(f"MAILERS = {dict.fromkeys(['default', 'bulk'], nobody)}")
    body = f"send_mail('a', 'b', 'c@example.com', ['d@example.com'], using={alias!r})\nreturn HttpResponse()"
    assert a_site(site.views("from django.core.mail import send_mail"), body).get("/").status == 200


def test_a_view_that_waits_is_left(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "EACH_S", 0.2)
    site.views("import threading\ndef quick(request): return HttpResponse()")
    a_site(site, "threading.Event().wait(60)").urls('path("", views.home)', 'path("quick/", views.quick)')
    # Any of them: the machine may stand still while one is asked.
    waits, *quick = site.get_all(["/", *(f"/quick/?{number}" for number in range(20))])
    assert waits.slow
    assert 200 in {each.status for each in quick}


def test_a_stream_without_an_end_is_not_read(site: Site) -> None:
    site.views(
        "from django.http import StreamingHttpResponse\n"
        "async def ticks():\n    while True:\n        yield b'.'\n"
        "async def home(request): return StreamingHttpResponse(ticks())\n"
    ).urls('path("", views.home)')
    tried = site.get("/")
    assert (tried.status, tried.streams) == (200, True)


def test_the_time_for_all_is_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "TRIES_S", 0.0)
    tries = try_urls(a_site(site, "return HttpResponse()").place, ["/", "/books/"])
    assert (tries.tried, tries.left) == ((), ("/", "/books/"))


def test_a_view_that_ends_the_process_by_sys_exit_is_told(site: Site) -> None:
    tried = a_site(site, "raise SystemExit('enough')").get("/")
    assert tried.raised is not None
    assert tried.raised.startswith("SystemExit: enough")

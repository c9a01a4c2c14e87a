from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from betterworker.bench.project.choosing import (
    candidates,
    choose,
    host_for,
    needs_https,
    of_wanted,
    paths_of,
    safe,
)
from betterworker.bench.project.facts import Tried, Tries, Url
from betterworker.bench.project.unusable import why_not
from tests.bench.project.builders import a_facts, a_spec


def a_url(path: str | None, **overrides: Any) -> Url:
    url = Url(pattern=path or "/books/<int:pk>/", path=path, view=f"shop.views{path}", mode="sync")
    return replace(url, **overrides)


def a_tried(path: str = "/", **overrides: Any) -> Tried:
    tried = Tried(path=path, view=f"shop.views{path}", status=200, content_type="text/html", length=10)
    return replace(tried, **overrides)


def reason(**overrides: Any) -> str | None:
    return why_not(a_tried(**overrides), a_facts(login_path="/accounts/login/"), "localhost")


@pytest.mark.parametrize(
    ("allowed", "host"),
    [
        ((), "localhost"),
        (("*",), "localhost"),
        (("www.example.com", "localhost"), "localhost"),
        (("127.0.0.1",), "127.0.0.1"),
        ((".example.com", "example.org"), "example.com"),
    ],
)
def test_the_host_is_one_that_the_project_allows(allowed: tuple[str, ...], host: str) -> None:
    assert host_for(a_facts(allowed_hosts=allowed)) == host


def test_views_that_may_change_something_are_not_tried() -> None:
    urls = (
        a_url("/"),
        a_url("/log-out/"),
        a_url("/a/", view="django.contrib.auth.views.LogoutView"),
        a_url("/b/", name="cart-clear"),
        a_url("/clearance/"),
    )
    found = candidates(a_facts(urls=urls))
    assert found.paths == ("/", "/clearance/")
    assert [path for path, _ in found.left] == ["/log-out/", "/a/", "/b/"]
    assert found.left[0][1] == "not tried: by its name it may change something (logout)"


def test_the_admin_tools_and_files_are_passed_over_in_silence() -> None:
    urls = (
        a_url("/admin/", namespace="admin"),
        a_url("/panel/", namespace="admin"),
        a_url("/cms/", view="wagtail.admin.views.home.HomeView"),
        a_url("/static/app.js"),
        a_url("/__debug__/render/", namespace="djdt"),
    )
    found = candidates(a_facts(urls=urls, static_paths=("/static/",)))
    assert (found.paths, found.left) == ((), ())


def test_patterns_with_arguments_are_named() -> None:
    found = candidates(a_facts(urls=tuple(a_url(None, pattern=f"/{i}/<int:pk>/") for i in range(10))))
    assert len(found.left) == 9
    assert found.left[0] == ("/0/<int:pk>/", "takes arguments: write a path with them")
    assert found.left[-1] == ("2 more", "take arguments")


def test_one_of_each_view_is_chosen_pages_first() -> None:
    tried = (
        a_tried("/robots.txt", content_type="text/plain"),
        a_tried("/books/", view="shop.views.books"),
        a_tried("/books/?page=1", view="shop.views.books"),
        a_tried("/"),
    )
    chosen = choose(a_facts(), Tries(tried=tried), host="localhost")
    assert [(spec.name, spec.path) for spec in chosen.requests] == [
        ("books", "/books/"),
        ("home", "/"),
        ("robots-txt", "/robots.txt"),
    ]


def test_json_is_among_them() -> None:
    tried = [a_tried(f"/{i}/") for i in range(9)]
    api = a_tried("/api/", content_type="application/json", mode="async")
    chosen = choose(a_facts(), Tries(tried=(*tried, api)), host="localhost")
    assert len(chosen.requests) == 6
    assert (chosen.requests[-1].path, chosen.requests[-1].mode) == ("/api/", "async")


def test_a_form_to_log_in_is_none_whatever_its_query() -> None:
    facts = a_facts(login_path="/konto/anmelden/")
    form = a_tried("/konto/anmelden/?next=/konto/")
    chosen = choose(facts, Tries(tried=(form, a_tried("/books/"))), host="localhost")
    assert [spec.path for spec in chosen.requests] == ["/books/"]


def test_a_form_to_log_in_is_taken_where_there_is_nothing_else() -> None:
    form = a_tried("/accounts/login/")
    assert choose(a_facts(), Tries(tried=(form,)), host="localhost").requests[0].path == "/accounts/login/"
    assert len(choose(a_facts(), Tries(tried=(form, a_tried("/"))), host="localhost").requests) == 1


def test_pages_of_one_kind_fill_what_is_left() -> None:
    pages = [a_tried(f"/{i}/", origin="wagtail", view="shop.models.Page") for i in range(9)]
    chosen = choose(a_facts(), Tries(tried=(*pages, a_tried("/search/"))), host="localhost")
    assert [spec.path for spec in chosen.requests] == ["/0/", "/search/", "/1/", "/2/", "/3/", "/4/"]


def test_of_those_wanted_all_that_answer_are_kept_with_their_weights() -> None:
    wanted = (a_spec(path="/", weight=7.0), a_spec(path="/gone/"), a_spec(path="/books/{id}/"))
    tries = Tries(tried=(a_tried("/", mode="async"), a_tried("/gone/", status=404)))
    chosen = of_wanted(wanted, a_facts(), tries, host="localhost")
    assert [(spec.path, spec.weight, spec.mode) for spec in chosen.requests] == [
        ("/", 7.0, "async"),
        ("/books/{id}/", 1.0, "sync"),
    ]
    assert chosen.left == (("/gone/", "answers 404"),)


@pytest.mark.parametrize(
    "path",
    [
        "/logout/",
        "/items/{id}/delete/",
        "/items/5/delete/?next=/",
        "/books/7/",
        "/shelves/7/",
        "/list/?action=remove",
        "/unknown/reset/",
    ],
)
def test_of_those_wanted_none_is_tried_that_may_change_something(path: str) -> None:
    urls = (
        a_url("/logout/"),
        a_url(None, pattern="/books/<int:pk>/", view="shop.views.delete_book"),
        a_url(None, pattern="/shelves/(?P<pk>[0-9]+)/", name="shelf-clear"),
        a_url("/list/"),
    )
    found = safe([a_spec(path="/"), a_spec(path=path, values=({"id": "5"},))], a_facts(urls=urls))
    assert [spec.path for spec in found.requests] == ["/"]
    (left,) = found.left
    assert left[0] == path
    assert left[1].startswith("not tried: by its name it may change something (")
    assert left[1].endswith(f'write it by hand: [[requests]] path = "{path}"')


@pytest.mark.parametrize("path", ["/news/import-duties/", "/files/a/reset/", "/odd(/", "/list/?page=2"])
def test_a_page_may_be_named_after_what_changes_something(path: str) -> None:
    urls = (
        a_url(None, pattern="/odd(/", view="shop.views.odd"),
        a_url(None, pattern="/news/<slug:slug>/", view="shop.views.news"),
        a_url(None, pattern="/files/<path:name>", view="shop.views.files"),
    )
    assert safe([a_spec(path=path)], a_facts(urls=urls)).left == ()


def test_placeholders_are_tried_with_their_first_values() -> None:
    wanted = a_spec(path="/books/{id}/", values=({"id": "7"}, {"id": "8"}))
    assert paths_of([wanted, a_spec(method="POST"), a_spec(path="/{lost}/")]) == ("/books/7/",)
    tries = Tries(tried=(a_tried("/books/7/", mode="async"),))
    chosen = of_wanted([wanted], a_facts(), tries, host="localhost")
    assert [(spec.path, spec.mode) for spec in chosen.requests] == [("/books/{id}/", "async")]


def test_a_status_that_is_wanted_is_right() -> None:
    tries = Tries(tried=(a_tried("/old/", status=301, location="/new/"),))
    chosen = of_wanted([a_spec(path="/old/", status=301)], a_facts(), tries, host="localhost")
    assert ([spec.path for spec in chosen.requests], chosen.left) == (["/old/"], ())


def test_what_answers_and_is_not_taken_is_told() -> None:
    tries = Tries(tried=tuple(a_tried(f"/{i}/") for i in range(7)))
    assert choose(a_facts(), tries, host="localhost").left == (("/6/", "answers 200 too"),)


def test_https_is_needed_where_a_path_is_sent_on_to_itself() -> None:
    there = a_tried("/", status=301, location="https://localhost/")
    assert needs_https(Tries(tried=(there,)))
    assert not needs_https(Tries(tried=(replace(there, location="https://elsewhere.example/shop/"),)))


@pytest.mark.parametrize(
    ("tried", "said"),
    [
        ({"status": 404}, "answers 404"),
        ({"status": 405}, "answers 405: it takes another method than GET"),
        ({"status": 401}, "it needs a log-in"),
        ({"status": 500, "raised": "ValueError: no"}, "answers 500: ValueError: no"),
        ({"status": None, "raised": "SystemExit: enough"}, "raises SystemExit: enough"),
        (
            {"status": 302, "location": "/accounts/login/?next=/"},
            "redirects to /accounts/login/: it needs a table",
        ),
        ({"status": 302, "location": "/de/"}, "redirects to /de/"),
        ({"status": 301, "location": "https://localhost/"}, "SECURE_PROXY_SSL_HEADER"),
        ({"status": 400, "raised": "DisallowedHost: no"}, 'write host = "…" in [project]'),
        ({"status": 500, "refused": "INSERT INTO a"}, "a GET writes to the database (INSERT INTO a)"),
        ({"status": None, "slow": True}, "no whole answer within 5 s"),
        ({"streams": True}, "streams = true"),
    ],
)
def test_each_that_cannot_be_measured_is_told_why(tried: dict[str, Any], said: str) -> None:
    told = reason(**tried)
    assert told is not None
    assert said in told


def test_an_answer_of_200_can_be_measured() -> None:
    assert reason() is None

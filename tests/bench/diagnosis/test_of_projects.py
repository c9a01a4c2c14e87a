"""What is told of a project by its requests alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from betterworker.bench.judge.diagnosis import looked, of_project
from betterworker.bench.model import Cost, Hopping, Probes, Project, Repeated, Stall
from tests.bench.diagnosis.builders import a_probed, a_project, an_answered
from tests.bench.project.builders import a_database


def the_cost(project: Project) -> Cost:
    (cost,) = of_project(project)
    return cost


def test_of_a_good_project_nothing_is_told() -> None:
    assert of_project(a_project()) == ()


def test_a_held_loop_is_told_with_its_stack() -> None:
    stack = ("shop/views.py:10 in books", "shop/reports.py:12 in report")
    cost = the_cost(a_project(a_probed(stall=Stall(ms=102.0, times=3, stack=stack))))
    assert (cost.topic, cost.weight, cost.where) == ("blocking", "much", stack)
    assert cost.what.startswith("GET /books/ holds the event loop")
    assert cost.evidence[0].startswith("held for 102 ms in 3 of 3 requests")


@pytest.mark.parametrize(("left", "weight"), [(20_000.0, "much"), (300.0, "some")])
def test_memory_that_stays_behind_is_told_with_its_line(left: float, weight: str) -> None:
    request = a_probed(left_bytes=left, left_times=120, left_at="shop/views.py:7")
    cost = the_cost(a_project(request))
    assert (cost.topic, cost.weight, cost.where) == ("memory", weight, ("shop/views.py:7",))
    assert cost.evidence[0].startswith("in the mean of 120 requests")


@pytest.mark.parametrize(("hops", "weight"), [(50, "much"), (12, "some")])
def test_hops_are_told_by_their_share_of_the_time(hops: int, weight: str) -> None:
    cost = the_cost(a_project(a_probed(asgi=an_answered(hops=hops))))
    assert (cost.topic, cost.weight) == ("hops", weight)
    assert f"{hops} hops of 100 µs, " in cost.evidence[0]


def test_hops_that_take_no_time_are_not_told() -> None:
    assert of_project(a_project(a_probed(asgi=an_answered(hops=5)))) == ()


def test_hops_name_the_middleware_and_how_many_are_left() -> None:
    hopping = Hopping(path="shop.Audit", stock={"sync": 2, "async": 2}, better={"sync": 0, "async": 1})
    probes = Probes(
        hop_us=100.0,
        hopping=(hopping,),
        stock_hops={"sync": 9, "async": 7},
        better_hops={"sync": 1, "async": 2},
    )
    cost = the_cost(a_project(a_probed(asgi=an_answered(hops=50)), probes=probes))
    assert "by middleware: Audit 2" in cost.evidence
    assert "1 hop in place of 9 to a sync view that answers at once" in cost.mend


def test_sync_only_middleware_is_told_with_its_place() -> None:
    probes = Probes(sync_only=("shop.Old",))
    project = a_project(probes=probes, middleware=("shop.First", "shop.Old", "shop.Last"))
    cost = the_cost(project)
    assert (cost.topic, cost.weight) == ("sync_only", "some")
    assert cost.evidence == ("Old stands behind 1 of 3 in MIDDLEWARE",)


def test_sync_only_middleware_that_stands_there_twice_has_two_places() -> None:
    probes = Probes(sync_only=("shop.Old", "shop.Old"))
    cost = the_cost(a_project(probes=probes, middleware=("shop.Old", "shop.First", "shop.Old")))
    assert cost.what.startswith("shop.Old is sync-only")
    assert cost.evidence == tuple(f"Old stands behind {n} of 3 in MIDDLEWARE" for n in (0, 2))


def test_where_no_request_was_asked_nothing_was_looked_at_either() -> None:
    reasons = ("thread hops by middleware: it is on Django 4.2",)
    project = replace(a_project(), probes=Probes(unlooked=reasons))
    cost = the_cost(project)
    assert cost.what == "Nothing could be looked at: no request was asked by itself"
    assert cost.evidence == ()


@pytest.mark.parametrize(("ms", "weight"), [(50.0, "much"), (20.0, "some")])
def test_a_short_hold_costs_less_than_a_long_one(ms: float, weight: str) -> None:
    assert the_cost(a_project(a_probed(stall=Stall(ms=ms, times=3, stack=())))).weight == weight


def test_where_every_request_is_stopped_nothing_was_looked_at() -> None:
    project = a_project(a_probed(stopped="answers 301, to https://shop/books/: write https = true"))
    cost = the_cost(project)
    assert (cost.topic, cost.evidence) == (
        "unlooked",
        ("GET /books/ answers 301, to https://shop/books/: write https = true",),
    )
    assert looked(project, measured=False)[0] == "Looked at: thread hops and sync-only middleware, DEBUG."


def test_without_asgi_it_is_but_worth_knowing() -> None:
    project = a_project(a_probed(asgi=an_answered(hops=50)), probes=Probes(hop_us=100.0), asgi=None)
    assert the_cost(project).weight == "note"


def connecting(times: int, took_ms: float = 5.0) -> Any:
    return an_answered(connects={"default": times}, connect_ms={"default": took_ms})


def test_a_connection_for_each_request_is_told_with_what_it_takes() -> None:
    cost = the_cost(a_project(a_probed(asgi=connecting(3), wsgi=connecting(3))))
    assert (cost.topic, cost.weight) == ("connections", "much")
    assert "CONN_MAX_AGE is 0" in cost.what
    assert "in 3 of 3 requests under ASGI and 3 of 3 requests under WSGI: 5.0 ms of" in cost.evidence[0]


def test_an_age_without_effect_under_asgi_is_told() -> None:
    project = a_project(a_probed(asgi=connecting(3)), databases=(a_database(conn_max_age=60.0),))
    cost = the_cost(project)
    assert "has no effect" in cost.what
    assert "3 of 3 requests under ASGI and 0 of 3 requests under WSGI" in cost.evidence[0]


def test_connections_of_a_pool_are_not_told() -> None:
    project = a_project(a_probed(asgi=connecting(3)), databases=(a_database(pool=True),))
    assert of_project(project) == ()


@pytest.mark.parametrize(
    ("engine", "age", "pool"),
    [
        ("django.contrib.gis.db.backends.postgis", 0.0, True),
        ("django.db.backends.sqlite3", 0.0, False),
        ("django.db.backends.mysql", 60.0, False),
    ],
)
def test_a_pool_is_advised_where_django_has_one(engine: str, age: float, pool: bool) -> None:
    database = a_database(engine=engine, conn_max_age=age)
    cost = the_cost(a_project(a_probed(asgi=connecting(3)), databases=(database,)))
    assert ("pool" in cost.mend, "betterworker's handler" in cost.mend) == (pool, True)


def test_sqlites_connections_are_told_only_where_they_take_time() -> None:
    database = a_database(engine="django.db.backends.sqlite3")
    assert of_project(a_project(a_probed(asgi=connecting(3, 0.1)), databases=(database,))) == ()


@pytest.mark.parametrize(("times", "weight"), [(50, "much"), (8, "some")])
def test_a_query_for_each_row_is_told_with_its_line(times: int, weight: str) -> None:
    query = Repeated(sql="SELECT … WHERE id = %s", times=times, where="shop/views.py:20 in books")
    cost = the_cost(a_project(a_probed(queries=times + 1, repeated=(query,))))
    assert (cost.topic, cost.weight, cost.where) == ("queries", weight, ("shop/views.py:20 in books",))
    assert cost.evidence == (f"of its {times + 1} queries {times} are: SELECT … WHERE id = %s",)


def test_sessions_that_are_saved_each_time_are_told() -> None:
    probes = Probes(session_engine="django.contrib.sessions.backends.db")
    cost = the_cost(a_project(a_probed(saves=3), probes=probes))
    assert (cost.topic, cost.weight) == ("sessions", "some")
    assert "sessions are kept by db" in cost.evidence
    assert of_project(a_project(a_probed(saves=1), probes=probes)) == ()


def test_the_setting_alone_is_worth_knowing() -> None:
    cost = the_cost(a_project(probes=Probes(session_every_request=True)))
    assert (cost.weight, cost.mend) == ("note", "SESSION_SAVE_EVERY_REQUEST = False.")


def test_debug_is_told() -> None:
    assert the_cost(a_project(debug=True)).topic == "debug"


def test_uncached_templates_are_told_with_their_time() -> None:
    probes = Probes(uncached=("django.template.loaders.filesystem.Loader",))
    cost = the_cost(a_project(a_probed(compiled=12, compile_ms=8.0), probes=probes))
    assert (cost.topic, cost.weight) == ("templates", "much")
    assert cost.evidence[0] == "GET /books/: 12 templates, 8.0 ms of its 20 ms"


def test_a_stream_that_is_collected_is_told_with_both_first_bytes() -> None:
    late = an_answered(ms=400.0, first_ms=399.0)
    soon = an_answered(ms=400.0, first_ms=2.0)
    cost = the_cost(a_project(a_probed(streams="sync", asgi=late, wsgi=soon)))
    assert (cost.topic, cost.weight) == ("streaming", "much")
    assert cost.evidence == ("first byte after 399 ms of 400 ms under ASGI, after 2.0 ms under WSGI",)


def test_what_was_stopped_costs_nothing_and_is_said() -> None:
    project = a_project(a_probed(stopped="answers 302, to /login/", saves=3), a_probed(key="about:sync"))
    assert of_project(project) == ()
    assert "Not looked at by itself: GET /books/: answers 302, to /login/." in looked(project)


def test_the_gravest_is_told_first() -> None:
    project = a_project(a_probed(stall=Stall(ms=80.0, times=3, stack=())), debug=True)
    assert [cost.weight for cost in of_project(project)] == ["much", "some"]

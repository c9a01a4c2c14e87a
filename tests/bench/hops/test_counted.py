"""Hops as they are counted in a project of its own, in a process of its own."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from betterworker.bench.errors import BadInput, BenchError
from betterworker.bench.hops import Facts, record, tell
from betterworker.bench.hops.nouns import CELLS, Part
from betterworker.bench.hops.reasons import stops
from tests.bench.hops.project import STARTPROJECT, Project

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.make(tmp_path)


def totals(facts: Facts) -> list[int]:
    return [len(facts.request(*cell).hops) for cell in CELLS]


def threads(facts: Facts) -> list[int]:
    return [facts.request(*cell).threads for cell in CELLS]


def hops(facts: Facts, part: Part) -> list[int]:
    return [len(facts.names(part, *cell)) for cell in CELLS]


def kinds(facts: Facts) -> list[str]:
    return [each.kind for each in facts.middleware]


def test_the_default_middleware_costs_stock_django_sixteen_hops_and_two_threads(project: Project) -> None:
    facts = project.check(*STARTPROJECT)
    assert totals(facts) == [16, 15, 2, 0]
    assert threads(facts) == [2, 2, 0, 0]
    assert set(kinds(facts)) == {"free"}
    assert [sum(hops(facts, place)[:1]) for place in range(7)] == [2, 2, 2, 3, 1, 2, 1]
    assert [hops(facts, part) for part in ("started", "view", "closing", "other")] == [
        [1, 1, 0, 0],
        [1, 0, 1, 0],
        [1, 1, 1, 0],
        [0, 0, 0, 0],
    ]


def test_the_docs_show_what_is_printed(project: Project) -> None:
    project.write("request_id", "from mysite.middleware import Hooks\n\n\nclass RequestId(Hooks):\n    pass")
    told = tell(project.check("mysite.request_id.RequestId", *STARTPROJECT), colour=False, width=120)
    table = told.partition("\n\n")[2].partition("\n\n")[0]
    assert table in (ROOT / "docs/handler.md").read_text(encoding="utf-8")


def test_no_middleware_costs_stock_django_three_hops(project: Project) -> None:
    facts = project.check()
    assert totals(facts) == [3, 2, 2, 0]


def test_a_sync_only_middleware_at_the_end_is_what_a_whole_run_is_put_down_to(project: Project) -> None:
    facts = project.check(*STARTPROJECT, "SyncOnly")
    assert totals(facts) == [5, 4, 2, 2]
    assert hops(facts, 7) == [1, 1, 0, 1]
    assert facts.middleware[7].kind == "sync-only"
    assert {each.mode for each in facts.middleware} == {"sync"}


def test_neighbours_with_hooks_share_a_hop_in_and_a_hop_out(project: Project) -> None:
    facts = project.check("Hooks", "MoreHooks")
    assert kinds(facts) == ["hooks", "hooks"]
    assert [hops(facts, place) for place in (0, 1)] == [[2, 2, 0, 1], [2, 2, 0, 1]]
    assert facts.names(0, "handler", "async") == ("process_request",)
    assert facts.names(1, "handler", "async") == ("process_response",)


def test_a_view_hook_is_put_down_to_its_middleware(project: Project) -> None:
    facts = project.check(STARTPROJECT[3], "ViewHook")
    assert facts.names(1, "stock", "async") == facts.names(1, "handler", "async") == ("process_view",)


def test_functions_are_known_by_what_they_can(project: Project) -> None:
    facts = project.check("sync_function", "either_function")
    assert kinds(facts) == ["function", "function"]
    assert [each.capable for each in facts.middleware] == [("sync",), ("sync", "async")]
    assert [hops(facts, place) for place in (0, 1)] == [[1, 1, 0, 1], [0, 0, 0, 0]]


def test_a_thread_that_a_middleware_asks_for_itself_is_put_down_to_it(project: Project) -> None:
    facts = project.check("either_function", "with_a_thread")
    assert facts.names(1, "stock", "async") == facts.names(1, "handler", "async") == ("len",)


def test_an_async_only_middleware_costs_a_sync_view_hops_here_too(project: Project) -> None:
    facts = project.check("with_a_thread", "Hooks")
    assert facts.names(0, "handler", "sync") == ("len", "the run")


def test_the_same_middleware_twice_is_told_apart(project: Project) -> None:
    facts = project.check("Hooks", "SyncOnly", "Hooks")
    assert [hops(facts, place)[1] for place in range(3)] == [0, 1, 2]


def test_a_middleware_that_is_not_used_is_said_to_be(project: Project) -> None:
    facts = project.check("NotUsed", "Hooks")
    assert kinds(facts) == ["unused", "hooks"]
    assert hops(facts, 0) == [0, 0, 0, 0]


def test_hooks_that_the_site_says_are_free_of_io_run_on_the_loop(project: Project) -> None:
    facts = project.check("Hooks", more="BETTERWORKER = {'FREE_OF_IO': ['mysite.middleware.Hooks']}")
    assert kinds(facts) == ["free"]
    assert hops(facts, 0) == [2, 2, 0, 0]


@pytest.mark.parametrize(
    ("middleware", "reason"),
    [
        ("Fails", "ValueError: for a reason"),
        ("Redirects", "answers 302, to https://elsewhere.example/"),
        ("Reads", "there is no database"),
    ],
)
def test_what_stops_a_request_is_told_with_its_reason(project: Project, middleware: str, reason: str) -> None:
    facts = project.check(*STARTPROJECT[:2], middleware, *STARTPROJECT[2:])
    assert {each.by for each in facts.requests} == {f"mysite.middleware.{middleware}"}
    assert all(reason in str(each.stopped) for each in facts.requests)
    assert record(facts)["middleware"][3]["why"] == "not reached"
    assert not (project.folder / "db.sqlite3").exists()


def test_a_request_may_read_a_database_and_writes_to_none(project: Project) -> None:
    with sqlite3.connect(project.folder / "db.sqlite3") as database:
        database.execute("CREATE TABLE visits (id)")
        facts = project.check("Reads", "Writes")
        assert {each.by for each in facts.requests} == {"mysite.middleware.Writes"}
        assert all("nothing is written to a database" in str(each.stopped) for each in facts.requests)
        assert database.execute("SELECT * FROM visits").fetchall() == []
    database.close()


def test_what_stopped_a_request_is_told_without_secrets(project: Project) -> None:
    project.check("Fails")
    facts = project.count(secrets=("for a reason",))
    assert all(str(each.stopped).startswith("ValueError: ") for each in facts.requests)
    assert "for a reason" not in repr(facts)


def test_the_sites_cache_is_left_alone(project: Project) -> None:
    folder = project.folder / "cache"
    names = ("UpdateCacheMiddleware", "FetchFromCacheMiddleware")
    facts = project.check(
        *(f"django.middleware.cache.{name}" for name in names),
        more=f"CACHES = {{'default': {{'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache', "
        f"'LOCATION': {str(folder)!r}}}}}",
    )
    assert not list(stops(facts))
    assert list(folder.iterdir()) == []


def test_a_site_behind_https_with_hosts_and_logins_is_counted_whole(project: Project) -> None:
    facts = project.check(
        *STARTPROJECT,
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
        more="ALLOWED_HOSTS = ['.example.com']\nSECURE_SSL_REDIRECT = True\n"
        "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\n"
        "DATABASES['default']['ATOMIC_REQUESTS'] = True",
    )
    assert not list(stops(facts))


def test_urls_that_cannot_be_imported_are_left_out_and_told(project: Project) -> None:
    project.write("urls", "import no_such_views")
    facts = project.check()
    assert totals(facts) == [3, 2, 2, 0]
    (told,) = stops(facts)
    assert told.startswith("The project's URLs were left out")
    assert "No module named 'no_such_views'" in told


def test_what_settings_print_does_no_harm(project: Project) -> None:
    assert totals(project.check(more="print('hello', flush=True)")) == [3, 2, 2, 0]


@pytest.mark.parametrize(
    ("middleware", "more", "message"),
    [
        (("NoSuch", "no.such.Middleware"), "", r"(?s)mysite\.middleware\.NoSuch: .*no\.such\.Middleware: "),
        (
            ("CannotBeMade",),
            "",
            r"middleware\.CannotBeMade cannot be made: RuntimeError: no key for the service",
        ),
        (
            (),
            "import os\nos.environ['NO_SUCH_KEY']",
            r"settings\.py:\d+: os\.environ.*\n  KeyError: 'NO_SUCH_KEY'",
        ),
        ((), "DATABASES = {", r"SyntaxError: '{' was never closed"),
        ((), "raise SystemExit('stop')", r"mysite\.settings cannot be imported:\n.*\n  SystemExit: stop"),
        ((), "import no_such_package", r"No module named 'no_such_package'"),
        ((), "INSTALLED_APPS = ['no_such_app']", r"cannot be set up .*\n.*'no_such_app'"),
        ((), "BETTERWORKER = {'MAX_THREAD': 1}", r"Did you mean MAX_THREADS\?"),
    ],
)
def test_a_project_that_cannot_start_says_what_to_mend(
    project: Project, middleware: tuple[str, ...], more: str, message: str
) -> None:
    with pytest.raises(BadInput, match=message) as told:
        project.check(*middleware, more=more)
    assert "importlib" not in str(told.value)
    assert "hops" not in str(told.value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("mysite.setings", r"No module mysite\.setings in .*--settings MODULE"),
        ("mysit.settings", r"No module mysit\.settings \(mysit is not there\)"),
        ("mysite", r"Did you mean mysite\.settings\?"),
    ],
)
def test_settings_that_are_not_there_are_told(project: Project, settings: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        project.count(settings)


def test_an_interpreter_that_is_not_there_is_told(project: Project) -> None:
    with pytest.raises(BadInput, match="absent cannot be run: No such file"):
        project.count(python="absent")


def test_an_interpreter_without_django_is_told(project: Project, tmp_path: Path) -> None:
    alone = tmp_path / "python"
    alone.write_text(f'#!/bin/sh\nunset PYTHONPATH\nexec {sys.executable} -S "$@"\n')
    alone.chmod(0o755)
    with pytest.raises(BadInput, match=r"has no Django\. Name the project's own interpreter"):
        project.count(python=str(alone))


def test_a_process_that_dies_is_told_with_its_last_words(project: Project) -> None:
    project.write(
        "settings", "import os, sys\nsys.stderr.write('last words')\nsys.stderr.flush()\nos._exit(7)"
    )
    with pytest.raises(BenchError, match=r"\(status 7\):\nlast words"):
        project.count()

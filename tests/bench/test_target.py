from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from betterworker.bench.errors import BenchError
from betterworker.bench.target import SITE, environment, prepare
from tests.bench.builders import a_target


def code(text: str) -> tuple[str, ...]:
    return ("-c", text)


def test_a_server_learns_where_its_database_and_upstream_are(tmp_path: Path) -> None:
    env = environment(a_target(env={"MINE": "1"}), tmp_path, "http://127.0.0.1:9/posts")
    assert env["BETTERWORKER_DB"] == str(tmp_path / "site.sqlite3")
    assert env["BETTERWORKER_UPSTREAM"] == "http://127.0.0.1:9/posts"
    assert env["MINE"] == "1"


def test_the_upstream_on_loopback_is_never_asked_through_a_proxy(tmp_path: Path) -> None:
    assert "127.0.0.1" in environment(SITE, tmp_path, "")["NO_PROXY"]


def test_the_preparation_sees_the_environment(tmp_path: Path) -> None:
    write = f"import os, pathlib; pathlib.Path({str(tmp_path / 'out')!r}).write_text(os.environ['MINE'])"
    prepare(a_target(prepare=code(write)), {"MINE": "here"})
    assert (tmp_path / "out").read_text() == "here"


def test_a_preparation_that_fails_says_why() -> None:
    target = a_target(prepare=code("raise SystemExit('no such table')"))
    with pytest.raises(BenchError, match=r"site could not be prepared:\nno such table"):
        prepare(target, {})


def test_a_preparation_runs_on_the_targets_interpreter_in_its_folder(tmp_path: Path) -> None:
    target = a_target(prepare=code("import pathlib; pathlib.Path('here').touch()"), folder=str(tmp_path))
    prepare(target, {})
    assert (tmp_path / "here").exists()
    with pytest.raises(FileNotFoundError, match="/nowhere/python"):
        prepare(replace(target, python="/nowhere/python"), {})


def test_a_target_without_an_upstream_gets_nothing_of_the_built_in_site(tmp_path: Path) -> None:
    env = environment(a_target(env={"MINE": "1"}), tmp_path, None)
    assert env == {"MINE": "1", "PYTHONUNBUFFERED": "1"}


def test_the_built_in_site_is_known_by_name_alone() -> None:
    assert SITE.prepare == ("-m", "betterworker.site", "prepare")
    assert (SITE.wsgi, SITE.asgi) == (
        "betterworker.site.wsgi:application",
        "betterworker.site.asgi:application",
    )

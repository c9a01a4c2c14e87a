"""The set-up hook: really run, and its values put where the file asks for them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from betterworker.bench.errors import BadInput, UnknownName
from betterworker.bench.project.asking import Place
from betterworker.bench.project.hooks import filled, run_setup
from tests.bench.project.builders import a_file, a_login, a_spec

SETTINGS = """
SECRET_KEY = "x"
INSTALLED_APPS = ["django.contrib.contenttypes"]
"""
HOOKS = """
import os

from django.contrib.contenttypes.models import ContentType


def token():
    print("not an answer")
    return {"token": os.environ["TOKEN"], "id": 7}


async def later():
    return {"table": ContentType._meta.db_table}


def nothing():
    pass


def a_list():
    return ["token"]


def bad():
    return {"token": None}


def broken():
    raise LookupError("no such user")
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "shop_settings.py").write_text(dedent(SETTINGS))
    (tmp_path / "bench_hooks.py").write_text(dedent(HOOKS))
    env = {"TOKEN": "from-the-environment"}
    return Place(python=sys.executable, folder=tmp_path, settings="shop_settings", env=env)


def returned(place: Place, name: str) -> dict[str, str]:
    return dict(run_setup(a_file(setup=f"bench_hooks:{name}"), place))


def test_a_hook_runs_in_the_project_with_its_environment(place: Place) -> None:
    assert returned(place, "token") == {"token": "from-the-environment", "id": "7"}


def test_an_async_hook_is_awaited(place: Place) -> None:
    assert returned(place, "later") == {"table": "django_content_type"}


def test_a_hook_may_return_nothing_and_there_may_be_none(place: Place) -> None:
    assert returned(place, "nothing") == {}
    assert run_setup(a_file(), place) == {}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a_list", "has to return a dict of texts by name, not list"),
        ("bad", "'token' is a NoneType"),
        ("broken", "LookupError: no such user"),
        ("absent", "has no attribute 'absent'"),
    ],
)
def test_a_hook_that_fails_says_why(place: Place, name: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        returned(place, name)


def test_a_traceback_is_of_the_projects_own_lines(place: Place) -> None:
    with pytest.raises(BadInput) as error:
        returned(place, "broken")
    assert "bench_hooks.py" in str(error.value)
    assert "setup_hook.py" not in str(error.value)


def test_values_go_into_every_part_of_a_request() -> None:
    spec = a_spec(
        path="/books/{setup.id}/",
        headers=(("Authorization", "Token {setup.token}"), ("Content-Type", "application/json")),
        cookies={"seen": "{setup.id}"},
        body=json.dumps({"key": "{setup.token}", "set": {"a": 1}}).encode(),
        values=({"slug": "{setup.id}-x"},),
    )
    file = filled(a_file(spec, setup="x:y"), {"token": 'quo"te', "id": "a b"})
    done = file.requests[0]
    assert done.path == "/books/a%20b/"
    assert done.headers[0] == ("Authorization", 'Token quo"te')
    assert done.cookies == {"seen": "a b"}
    assert json.loads(done.body) == {"key": 'quo"te', "set": {"a": 1}}
    assert done.values == ({"slug": "a b-x"},)


def test_values_go_into_the_log_in_and_are_secrets() -> None:
    login = a_login(fields={"password": "{setup.password}"})
    file = filled(a_file(setup="x:y", login=login), {"password": "made just now"})
    assert file.login is not None
    assert file.login.fields == {"password": "made just now"}
    assert "made just now" in file.secrets


def test_a_name_that_the_hook_did_not_return_is_an_error() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'token'"):
        filled(a_file(a_spec(path="/{setup.tokn}/"), setup="x:y"), {"token": "t"})


def test_a_name_of_no_hook_is_an_error() -> None:
    with pytest.raises(BadInput, match="name a hook in"):
        filled(a_file(a_spec(path="/{setup.token}/")), {})

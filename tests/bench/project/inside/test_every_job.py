"""Whatever runs inside a project is kept from harm in the same way, by the same guard."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

import betterworker.bench.project.inside
from betterworker.bench.project.asking import count_hops, told
from betterworker.bench.project.diagnosis import Order, look
from betterworker.bench.project.hooks import Returned
from tests.bench.project.inside import naughty
from tests.bench.project.sites import Site

JOBS: dict[str, Callable[[Site], object]] = {
    "facts": Site.ask,
    "hops": lambda site: count_hops(site.place),
    "probes": lambda site: look(site.place, [Order(key="/:sync", path="/")], "not counted"),
    "tries": lambda site: site.get("/"),
}


def jobs() -> dict[str, bool]:
    """By their names, and whether each is guarded."""
    found = {}
    for file in Path(betterworker.bench.project.inside.__file__).parent.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        if any(isinstance(each, ast.FunctionDef) and each.name == "job" for each in ast.parse(text).body):
            found[file.stem] = "GUARDED = False" not in text
    return found


def test_every_job_is_guarded_but_the_projects_own_hook() -> None:
    assert jobs() == {**dict.fromkeys(JOBS, True), "setup_hook": False}


@pytest.mark.parametrize("name", JOBS)
def test_no_job_lets_a_project_do_harm(tmp_path: Path, name: str) -> None:
    site = naughty.make(tmp_path / "site")
    JOBS[name](site)
    raised = naughty.told(site)
    assert naughty.written(site) == []
    for statement in ("insert", "insert from", "create", "in bulk", "procedure"):
        assert str(raised.pop(statement)).startswith("Refused: nothing is written to a database here: ")
    assert "readonly database" in str(raised.pop("around"))
    assert "is on db.internal, another machine, and was not connected to" in str(raised.pop("elsewhere"))
    assert str(raised.pop("absent")).startswith("Refused: there is no database ")
    assert raised.pop("there") is None
    assert raised.pop("cache") is None
    assert raised.pop("mail") is None
    # Where MAILERS is set Django itself takes no backend by its name.
    assert str(raised.pop("mail by name")).startswith(("None", "RuntimeError: get_connection(backend"))
    assert raised == {}


def test_the_projects_own_hook_may_write(tmp_path: Path) -> None:
    site = naughty.make(tmp_path / "site")
    site.write("hook.py", "from mysite.urls import execute, TRIED\ndef run(): TRIED['insert']()")
    told(site.place, "setup_hook", {"hook": "hook:run"}, Returned)
    assert (1,) in naughty.written(site)

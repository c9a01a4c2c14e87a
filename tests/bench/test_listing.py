"""``betterworker workers``: the list, and everything about those that are named."""

from __future__ import annotations

import json
import sys

import click
import pytest
from click.testing import CliRunner

from betterworker.bench import cli, machine
from betterworker.bench.commands import workers
from betterworker.bench.commands.workers import About
from betterworker.bench.errors import UnknownName
from betterworker.bench.workers import WORKERS
from tests.bench.builders import a_launch, a_worker


def said(*arguments: str) -> str:
    done = CliRunner().invoke(cli.cli, ["workers", *arguments], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def told(**overrides: object) -> list[str]:
    """The lines about one worker, whitespace evened out."""
    about = About(worker=a_worker(**overrides), launch=a_launch(), missing=None, versions={"uvicorn": "1.0"})
    return [" ".join(line.split()) for line in click.unstyle(workers.in_full([about])).splitlines()]


def test_every_worker_is_listed() -> None:
    listed = said()
    assert all(f"{each.name}  {each.interface.upper()}, {each.about}" in listed for each in WORKERS.values())
    assert "command" not in listed.replace("betterworker workers NAME", "")


def test_a_missing_worker_is_listed_with_its_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    packages = {name: version for name, version in machine.packages().items() if name != "uvloop"}
    monkeypatch.setattr(machine, "packages", lambda: packages)
    assert "missing          uvloop not installed: pip install uvloop" in said()


def test_a_named_worker_is_told_with_the_command_of_a_study_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "available_cpus", lambda: (0, 1, 2, 3))
    about = said("uvicorn")
    assert f"  command          {sys.executable} -m uvicorn " in about
    assert "--workers 3 " in about
    assert "betterworker.site.asgi:application" in about


def test_several_are_told_in_the_order_asked_for() -> None:
    heads = [line.split()[0] for line in said("waitress", "daphne").splitlines() if line[:1].strip()]
    assert heads == ["waitress", "daphne"]


def test_an_unknown_name_is_an_error_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'uvicorn'"):
        CliRunner().invoke(cli.cli, ["workers", "uvicron"], catch_exceptions=False)


def test_what_is_supported_is_told_with_how() -> None:
    lines = told(supports={"async": "natively", "reload": "SIGHUP"})
    assert {"async views yes, natively", "graceful reload yes, SIGHUP", "WebSocket no", "HTTP/2 no"} <= {
        *lines
    }


def test_what_it_cannot_is_told_with_why() -> None:
    lines = told(cannot={"sync": "no loop", "async": "no luck"})
    assert {"sync views no: no loop", "async views no: no luck"} <= {*lines}


def test_unequal_terms_and_losses_are_told() -> None:
    lines = told(unequal=("one process", "no keep-alive"), loses="it is killed")
    assert {"unequal one process", "unequal no keep-alive", "when stopped loses requests: it is killed"} <= {
        *lines
    }


def test_processes_and_threads_are_what_it_will_have() -> None:
    lines = told(most_processes=1, threads=lambda launch: launch.threads)
    assert {"processes 1", "threads 32 in each process"} <= {*lines}
    assert {"processes 2", "threads none of its own"} <= {*told()}


def test_machines_read_the_same() -> None:
    (about,) = json.loads(said("gunicorn-gevent", "--json"))
    assert (about["name"], about["missing"], about["loses"]) == ("gunicorn-gevent", None, None)
    assert about["command"][1:3] == ["-m", "gunicorn"]
    assert about["supports"]["websocket"] is None
    assert [each["name"] for each in json.loads(said("--json"))] == list(WORKERS)

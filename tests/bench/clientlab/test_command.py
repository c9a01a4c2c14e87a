"""The command, with real clients and hosts, small."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from betterworker.bench import machine
from betterworker.bench.cli import cli
from betterworker.bench.clientlab.forms import FORMS
from betterworker.bench.clientlab.processes import addresses
from betterworker.bench.commands.clients import chosen
from betterworker.bench.errors import UnknownName
from tests.bench.waiting import until
from tests.patience import PATIENCE_S

SMALL = ("--requests", "10", "--blocks", "2", "--hosts", "3", "--concurrency", "2", "--time", "1s")


def run(*options: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["clients", *SMALL, *options], catch_exceptions=False)
    return result.exit_code, result.stdout


@pytest.mark.servers
def test_every_client_answers_in_every_situation() -> None:
    status, shown = run("--json")
    document = json.loads(shown)
    assert status == 0
    assert len(document["cells"]) == 4 * len(FORMS)
    assert not any(cell["errors"] for cell in document["cells"])
    assert all(cell["requests"] == 10 for cell in document["cells"])


@pytest.mark.servers
def test_a_table_is_printed_and_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = psutil.Process().children()  # servers that other tests share
    status, shown = run("--clients", "aiohttp-pooled")
    assert (status, shown.startswith("HTTP clients alone")) == (0, True)
    assert list(tmp_path.iterdir()) == []
    assert psutil.Process().children() == before


@pytest.mark.servers
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_however_it_ends(tmp_path: Path, number: int) -> None:
    command = [sys.executable, "-m", "betterworker.bench.cli", "clients", "--clients", "httpx,requests"]
    program = subprocess.Popen(
        command,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    # The hosts with their guard, and three clients.
    assert until(lambda: len(psutil.Process(program.pid).children(recursive=True)) == 5)
    family = psutil.Process(program.pid).children(recursive=True)
    program.send_signal(number)
    assert program.wait(timeout=PATIENCE_S) == (130 if number != signal.SIGKILL else -number)
    assert until(lambda: not any(map(alive, family)))
    assert until(lambda: list(tmp_path.iterdir()) == [])


def alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_a_client_that_is_not_installed_is_skipped_and_without_any_it_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "packages", dict)
    result = CliRunner().invoke(cli, ["clients", *SMALL])
    assert "None of these clients is installed" in str(result.exception)


@pytest.mark.parametrize(
    ("names", "keys"),
    [
        (None, tuple(FORMS)),
        (("httpx",), ("httpx:sync", "httpx:async")),
        (("aiohttp:async", "httpx:sync"), ("httpx:sync", "aiohttp:async")),
    ],
)
def test_a_name_stands_for_both_modes(names: Sequence[str] | None, keys: tuple[str, ...]) -> None:
    assert chosen(names) == keys


def test_an_unknown_client_is_told_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'httpx'"):
        chosen(("htpx",))


def test_on_linux_each_host_is_another_address_and_elsewhere_another_port() -> None:
    there, elsewhere = addresses(20, linux=True), addresses(20, linux=False)
    assert [host for host, _ in there] == [f"127.0.0.{number}" for number in range(2, 22)]
    assert {host for host, _ in elsewhere} == {"127.0.0.1"}
    assert len({port for _, port in elsewhere}) == 20

"""Whole studies through the command line, as a user runs them: begun, stopped, killed, gone on with."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from betterworker.bench import cli, probe
from betterworker.bench.load import nullserver
from tests.bench.load.scripted import ATTEMPTS
from tests.bench.waiting import processes_about, until
from tests.patience import PATIENCE_S, STUDY_S

pytestmark = [pytest.mark.servers, pytest.mark.timeout(600)]

HOST = "127.0.0.1"
TINY = (
    *("--scenarios", "json", "--window", "300ms", "--connections", "8"),
    *("--latency", "none", "--sweep", "none"),
)
FOLDER = {
    "study.json",
    "machine.json",
    "ceilings.jsonl",
    "trials.jsonl",
    "finished.json",
    "logs",
    "report.md",
    "report.html",
    "report.json",
}
#: One for each start: a server that did not come to rest is started again.
LOGS = {"null-server", "upstream", "gunicorn-gevent", "gunicorn-gevent-twin", "hypercorn-trio"}
# A stand-in for a machine without a distribution: the same program, which does not see it.
WITHOUT_GRANIAN = """
import sys
from betterworker.bench import cli, machine
found = machine.packages()
del found["granian"]
machine.packages = lambda: found
cli.main(sys.argv[1:])
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the program puts its temporary files; afterwards none is left, and no process that knows it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    assert until(lambda: not processes_about(str(tmp_path)))
    assert list(folder.iterdir()) == []


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", cli.__name__, *map(str, arguments)]


def betterworker(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), capture_output=True, text=True, check=False, timeout=STUDY_S)


def trials(out: Path) -> list[str]:
    """What is stored of each trial, whole lines alone."""
    file = out / "trials.jsonl"
    return file.read_text().splitlines() if file.exists() else []


def keys(out: Path) -> list[tuple[Any, ...]]:
    found = (json.loads(line)["trial"] for line in trials(out))
    return [(trial["worker"], trial["scenario"], trial["block"], trial["attempt"]) for trial in found]


def cells(out: Path) -> dict[tuple[str, str], dict[str, Any]]:
    report = json.loads((out / "report.json").read_text())
    return {(cell["worker"], f"{cell['scenario']}:{cell['mode']}"): cell for cell in report["cells"]}


@pytest.mark.studies
def test_a_tiny_study_tells_what_works_and_what_does_not(tmp_path: Path) -> None:
    out = tmp_path / "run"
    done = betterworker(
        "run", "--workers", "gunicorn-gevent,hypercorn-trio", *TINY, "--blocks", 2, "--out", out
    )
    assert done.returncode == 0, done.stderr
    statuses = {key: cell["status"] for key, cell in cells(out).items()}
    assert statuses == {
        ("gunicorn-gevent", "json:sync"): "ok",
        ("gunicorn-gevent", "json:async"): "failed",
        ("hypercorn-trio", "json:sync"): "failed",
        ("hypercorn-trio", "json:async"): "failed",
    }
    assert "HTTP 500" in json.dumps(cells(out)["gunicorn-gevent", "json:async"])
    assert "HTTP 500" in json.dumps(cells(out)["hypercorn-trio", "json:sync"])
    assert "gunicorn-gevent" in done.stdout
    assert {path.name for path in out.iterdir()} == FOLDER
    assert {re.sub(r"-\d+$", "", path.stem) for path in (out / "logs").iterdir()} == LOGS


@pytest.mark.studies
def test_steady_rates_sweeps_mixed_traffic_and_an_objective_are_measured_and_reported(tmp_path: Path) -> None:
    out = tmp_path / "run"
    rows = ("--scenarios", "json:sync,mixed-cpu:sync", "--window", "300ms", "--blocks", 2)
    rest = ("--sweep", "json=2", "--slo", "p99<30s,errors<1%")
    done = betterworker("run", "--profile", "smoke", "--workers", "uvicorn", *rows, *rest, "--out", out)
    assert done.returncode == 0, done.stderr
    report = json.loads((out / "report.json").read_text())
    points = {"50%", "80%", "common", "mixed", "alone"}
    assert {row["point"] for row in report["paced"] if row["latency_ms"]["p50"]} == points
    assert [(point["connections"], point["status"]) for point in report["swept"]] == [(2, "ok")]
    assert '{"connections":2,' in (out / "ceilings.jsonl").read_text()
    assert report["capacities"][0]["rate_rps"] > 0
    assert report["standings"][0]["aa"]["n"] == 2


@pytest.mark.studies
def test_the_same_worker_twice_is_compared_with_itself(tmp_path: Path) -> None:
    out = tmp_path / "run"
    done = betterworker("run", "--workers", "granian-wsgi,granian-wsgi", *TINY, "--blocks", 3, "--out", out)
    assert done.returncode == 0, done.stderr
    standing = json.loads((out / "report.json").read_text())["standings"][0]
    assert {standing["leader"], standing["comparisons"][0]["rival"]} == {"granian-wsgi", "granian-wsgi#2"}
    assert standing["comparisons"][0]["ratio"]["low"] < standing["comparisons"][0]["ratio"]["high"]


@pytest.fixture
def under_way(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A study of twelve trials after its first one, and its folder."""
    out = tmp_path / "run"
    line = command("run", "--workers", "uvicorn,granian-asgi", *TINY, "--blocks", 2, "--out", out)
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert until(lambda: trials(out))
        yield process, out
        process.kill()


def resumes(out: Path, stored: list[str]) -> bool:
    """Whether going on keeps what is stored as it is, and measures every other trial once (and once more what
    the machine disturbed)."""
    done = betterworker("run", "--resume", out)
    assert done.returncode == 0, done.stderr
    assert trials(out)[: len(stored)] == stored
    planned = [key for key in keys(out) if key[-1] == 1]
    return len(set(keys(out))) == len(keys(out)) and len(planned) == 12


@pytest.mark.studies
def test_ctrl_c_ends_it_in_order_and_it_can_go_on(under_way: tuple[subprocess.Popen[str], Path]) -> None:
    process, out = under_way
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert f"--resume {out}" in said.replace("\n", "")
    assert processes_about(str(out)) == []
    assert list(out.glob("site.sqlite3*")) == []
    assert resumes(out, trials(out))


@pytest.mark.studies
def test_kill_9_takes_every_server_along_and_it_can_go_on(
    under_way: tuple[subprocess.Popen[str], Path],
) -> None:
    process, out = under_way
    process.kill()
    process.communicate(timeout=PATIENCE_S)
    assert until(lambda: processes_about(str(out)) == [])
    assert resumes(out, trials(out))
    assert list(out.glob("site.sqlite3*")) == []


@pytest.mark.studies
def test_a_worker_that_is_not_installed_is_told_with_its_mend(tmp_path: Path) -> None:
    out = tmp_path / "run"
    line = [sys.executable, "-c", WITHOUT_GRANIAN, "run", "--workers", "granian-wsgi,uvicorn", *TINY]
    done = subprocess.run(
        [*line, "--blocks", "2", "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
        timeout=STUDY_S,
    )
    assert done.returncode == 0, done.stderr
    assert cells(out)["granian-wsgi", "json:sync"]["status"] == "not_run"
    assert cells(out)["uvicorn", "json:sync"]["status"] == "ok"
    assert "pip install granian" in json.dumps(cells(out)["granian-wsgi", "json:sync"])


def test_serve_tells_its_command_answers_and_leaves_no_folder(temporary: Path) -> None:
    port = probe.free_port(HOST)
    line = command("serve", "uvicorn", "--port", port)
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert f"-m uvicorn --host {HOST} --port {port} " in process.stderr.readline()
        assert process.stderr.readline().startswith("uvicorn: ready at http://")
        assert probe.get(HOST, port, "/sync/json", PATIENCE_S).status == 200
        assert len(list(temporary.iterdir())) == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=PATIENCE_S) == 130
    assert probe.is_free(HOST, port)


def test_serve_that_is_killed_leaves_no_folder_either(temporary: Path) -> None:
    line = command("serve", "uvicorn", "--port", probe.free_port(HOST))
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline()
        process.kill()
    assert until(lambda: not list(temporary.iterdir()))


def loaded(told: Callable[[str], object], *arguments: object) -> subprocess.CompletedProcess[str]:
    """Again where it tells nothing: it may be kept from the processor for all of a short window."""
    for _ in range(ATTEMPTS):
        done = betterworker("load", *arguments, "--warmup", "50ms")
        if told(done.stdout):
            break
    return done


def test_load_counts_for_machines_too() -> None:
    port = probe.free_port(HOST)
    with subprocess.Popen([sys.executable, "-m", nullserver.__name__, "--port", str(port)]) as server:
        assert probe.wait_listening(HOST, port, PATIENCE_S)
        words = (f"{HOST}:{port}/", "--json", "-c", 4, "-d", "200ms")
        done = loaded(lambda told: json.loads(told)["outcomes"]["sent"], *words)
        server.kill()
    report = json.loads(done.stdout)
    assert (done.returncode, report["connections"]) == (0, 4)
    assert report["outcomes"]["ok"] == report["outcomes"]["sent"] > 0


def test_load_at_a_closed_port_counts_errors() -> None:
    port = probe.free_port(HOST)
    refused = "connect: Connection refused"
    done = loaded(lambda told: refused in told, f"http://{HOST}:{port}/", "-c", 2, "-d", "100ms")
    assert done.returncode == 1
    assert refused in done.stdout

"""``betterworker load``: what it drives, and what it says of it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from betterworker.bench.commands.load import Pace, as_json, as_text, drive_of, limited_to
from betterworker.bench.errors import BadInput
from betterworker.bench.load.generator import Drive
from betterworker.bench.load.spec import LoadReport
from tests.bench.builders import a_histogram
from tests.bench.fakes import a_load_report
from tests.bench.load.scripted import ATTEMPTS
from tests.patience import PATIENCE_S


def a_pace(**overrides: Any) -> Pace:
    return Pace(**{"connections": None, "rate": None, "arrivals": None, "seed": None, **overrides})


def a_drive(**pace: Any) -> Drive:
    return drive_of("http://localhost:9/json?a=1", a_pace(**pace), 10.0, 5.0, 0.5)


def an_open_report(**overrides: Any) -> LoadReport:
    values = {"offered": 1000, "dispatched": 1000, "send_lag": a_histogram([40] * 990 + [2_000] * 10)}
    return a_load_report(**{**values, **overrides})


def test_without_a_rate_it_is_a_closed_loop_with_a_ramp_before_the_warm_up() -> None:
    drive = a_drive()
    assert (drive.host, drive.port, drive.path, drive.rate) == ("localhost", 9, "/json?a=1", None)
    assert (drive.connections, drive.ramp_s, drive.warmup_s) == (64, 0.032, 0.532)


def test_at_a_rate_the_connections_are_a_generous_limit() -> None:
    drive = a_drive(rate=300.0)
    assert (drive.rate, drive.arrivals, drive.connections, drive.seed) == (300.0, "constant", 1000, 1)
    assert (drive.ramp_s, drive.warmup_s) == (0.0, 0.5)


def test_the_options_of_a_rate_reach_the_drive() -> None:
    drive = a_drive(rate=300.0, arrivals="poisson", connections=7, seed=0)
    assert (drive.arrivals, drive.connections, drive.seed) == ("poisson", 7, 0)


@pytest.mark.parametrize("pace", [{"arrivals": "poisson"}, {"seed": 3}])
def test_how_arrivals_come_needs_a_rate(pace: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="needs --rate"):
        a_pace(**pace)


def test_an_open_loop_says_its_rate_what_it_sent_and_how_late() -> None:
    text = as_text(a_drive(rate=1000.0, arrivals="poisson", seed=3), an_open_report())
    assert "1,000 RPS asked for, poisson arrivals (seed 3), at most 1,000 connections" in text
    assert "schedule  1,000 due · 1,000 sent · 1,000 answered" in text
    assert "send lag  p99 0.04 ms · max 2.00 ms" in text
    assert "generator-limited" not in text


def test_a_rate_that_could_not_be_sent_is_said_with_the_one_that_could() -> None:
    text = as_text(a_drive(rate=1000.0), an_open_report(dispatched=700))
    assert "generator-limited: asked for 1,000 RPS, this machine could send 700 RPS" in text


@pytest.mark.parametrize(("dispatched", "limit"), [(1000, None), (980, None), (979, 979.0)])
def test_two_of_a_hundred_may_be_missing(dispatched: int, limit: float | None) -> None:
    assert limited_to(an_open_report(dispatched=dispatched)) == limit


def test_nothing_offered_is_not_limited() -> None:
    assert limited_to(an_open_report(offered=0, dispatched=0)) is None


def test_a_closed_loop_says_nothing_of_a_schedule() -> None:
    text = as_text(a_drive(), a_load_report())
    assert "64 connections, 1.00 s, closed loop" in text
    assert "schedule" not in text
    assert "send lag" not in text


def test_json_tells_the_same() -> None:
    told = json.loads(as_json(a_drive(rate=1000.0), an_open_report(dispatched=700)))
    assert (told["schema"], told["loop"], told["goodput_rps"]) == (1, "open", 1000.0)
    assert told["open"] == {
        "rate": 1000.0,
        "arrivals": "constant",
        "seed": 1,
        "offered": 1000,
        "dispatched": 700,
        "answered": 1000,
        "send_lag_ms": {"p99": 0.04, "max": 2.0},
        "generator_limited_rps": 700.0,
    }


def test_json_of_a_closed_loop_has_no_schedule() -> None:
    told = json.loads(as_json(a_drive(), a_load_report()))
    assert (told["loop"], told["connections"], told["open"]) == ("closed", 64, None)


def command(*words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "betterworker.bench", "load", *words]
    return subprocess.run(line, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


@pytest.mark.servers
def test_the_command_drives_at_a_rate(null_port: int) -> None:
    options = "--rate 200 --arrivals poisson --seed 3 -d 300ms --warmup 50ms --json"
    for _ in range(ATTEMPTS):
        done = command(f"localhost:{null_port}", *options.split())
        told = json.loads(done.stdout)
        if told["open"]["dispatched"]:
            break  # else it was kept from the processor for all of the window
    assert (done.returncode, told["loop"], told["connections"]) == (0, "open", 1000)
    assert (told["open"]["rate"], told["open"]["arrivals"], told["open"]["seed"]) == (200.0, "poisson", 3)
    assert told["open"]["dispatched"] == told["outcomes"]["ok"] > 0


def test_arrivals_without_a_rate_are_a_mistake() -> None:
    done = command("localhost:1", "--arrivals", "poisson")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--arrivals needs --rate" in done.stderr

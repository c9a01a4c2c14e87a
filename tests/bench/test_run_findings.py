from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from betterworker.bench.run_findings import measuring_share, run_findings
from tests.bench.builders import a_ceiling, a_machine, a_run, a_study, results
from tests.bench.project.builders import a_database, a_project

if TYPE_CHECKING:
    from betterworker.bench.model import Run

ROW = results("uvicorn", "json:sync", 500, 510)


def told(run: Run, gate: str) -> str | None:
    return next((finding.message for finding in run_findings(run) if finding.gate == gate), None)


@pytest.mark.parametrize(
    ("count", "message"),
    [
        (2, "the study is not finished: 2 trials are stored"),
        (1, "the study is not finished: 1 trial is stored"),
        (0, "the study is not finished: 0 trials are stored"),
    ],
)
def test_an_unfinished_study_says_what_is_stored(count: int, message: str) -> None:
    assert told(a_run(ROW[:count], finished=False), "unfinished") == message


def test_a_finished_study_is_not_unfinished() -> None:
    assert told(a_run(ROW), "unfinished") is None


def test_a_load_without_a_ceiling_is_noted() -> None:
    study = a_study(connections={"json:sync": 200, "json:async": 50})
    assert told(a_run(ROW, study=study), "no_ceiling") == "no null-server ceiling for 50 connections"


def test_mixed_traffic_needs_no_ceiling() -> None:
    study = a_study(
        connections={"json:sync": 200, "mixed-cpu:sync": 256}, mixes={"mixed-cpu:sync": (54.0, 6.0)}
    )
    assert told(a_run(ROW, study=study, ceilings=(a_ceiling(),)), "no_ceiling") is None


def test_a_cpu_that_is_shared_is_named() -> None:
    study = a_study(server_cpus=(0, 1), load_cpus=(1,))
    assert told(a_run(ROW, study=study), "shared_cpus") == "the server and the load shared CPU 1"


def test_the_share_of_measuring_is_of_the_trials_wall_time() -> None:
    assert measuring_share(a_run(ROW)) == pytest.approx(0.5)
    assert measuring_share(a_run()) is None


@pytest.mark.parametrize(
    ("version", "client", "is_told"),
    [
        ("2.25.904 (urllib3-future in its place)", "requests pooled", True),
        ("2.25.904 (urllib3-future in its place)", "httpx", False),
        ("2.8.0", "requests", False),
    ],
)
def test_requests_on_another_urllib3_is_told(version: str, client: str, is_told: bool) -> None:
    run = a_run(
        ROW, study=a_study(clients={"json:sync": client}), machine=a_machine(packages={"urllib3": version})
    )
    assert (told(run, "other_urllib3") is not None) == is_told


def test_servers_that_made_room_at_the_database_are_told() -> None:
    project = a_project(databases=(a_database(conn_max_age=60.0, max_connections=100),))
    run = a_run([replace(ROW[0], made_room=True), ROW[1]], study=a_study(project=project))
    message = told(run, "made_room")
    assert message is not None
    assert "the 100 connections that the database 'default' allows" in message
    assert message.endswith("started again before 1 of 2 windows")


def test_servers_that_live_side_by_side_are_not_told() -> None:
    assert told(a_run(ROW), "made_room") is None

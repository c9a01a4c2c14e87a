from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from betterworker.bench.model import Estimate, Paced
from betterworker.bench.reports import json as report
from tests.bench.builders import (
    a_capacity,
    a_comparison,
    a_latency,
    a_machine,
    a_paced,
    a_run,
    a_standing,
    a_summary,
    a_swept,
    an_estimate,
)
from tests.bench.reports.runs import FOUND, a_setup, every_kind, of_workers

DOCS = (Path(__file__).parents[3] / "docs" / "report-json.md").read_text(encoding="utf-8")
STUDY_BY_SCENARIO = {
    "connections",
    "windows",
    "warmups",
    "timeouts",
    "delays",
    "looks",
    "mixes",
    "blocks_per_round",
    "clients",
    "needs",
    "sweeps",
}


def rendered(*estimates: Estimate) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(report.render(a_summary(*estimates)))
    return document


def keys(value: object, path: str = "") -> set[str]:
    """Paths as the docs write them: ``cells[].latency_ms.p50``. What goes by name has one path."""
    if isinstance(value, list):
        return {key for item in value for key in keys(item, f"{path}[]")} or {f"{path}[]"}
    if not isinstance(value, dict) or path in BY_NAME:
        return {path}
    return {key for name, item in value.items() for key in keys(item, f"{path}.{name}".lstrip("."))}


BY_NAME = {
    "machine.packages",
    "study.backends",
    *(f"study.{name}" for name in STUDY_BY_SCENARIO),
    *(f"workers[].{name}" for name in ("versions", "cannot", "supports")),
}


def test_a_cell_holds_what_consumers_rely_on() -> None:
    (cell,) = rendered(an_estimate())["cells"]
    assert cell == {
        "worker": "uvicorn",
        "scenario": "json",
        "mode": "sync",
        "status": "ok",
        "reasons": [],
        "goodput_rps": {"median": 4210.0, "low": 4100.0, "high": 4320.0, "n": 3},
        "latency_ms": {"p50": 40.5, "p95": 80.25, "p99": 120.0, "max": 200.0, "p999": None},
        "outcomes": {
            "sent": 12630,
            "ok": 12630,
            "bad_status": 0,
            "invalid_body": 0,
            "timeout": 0,
            "connection_error": 0,
            "unfinished": 0,
        },
        "cpu_s_per_1000": 0.95,
        "peak_pss_mb": 81.5,
        "first_byte_ms": {"p50": None, "p95": None, "p99": None, "max": None, "p999": None},
        "db_connections": None,
    }


def test_a_missing_figure_is_null_and_its_object_stays() -> None:
    (cell,) = rendered(Estimate(worker="a", scenario="json:sync", status="not_run"))["cells"]
    assert cell["goodput_rps"] == {"median": None, "low": None, "high": None, "n": 0}
    assert set(cell["latency_ms"].values()) == set(cell["outcomes"].values()) == {None}
    assert (cell["cpu_s_per_1000"], cell["peak_pss_mb"]) == (None, None)


def test_a_cell_has_the_same_keys_whatever_its_status() -> None:
    cells = json.loads(report.render(every_kind()))["cells"]
    assert len({frozenset(keys({**cell, "reasons": []})) for cell in cells}) == 1
    assert {cell["status"] for cell in cells} == {
        "ok",
        "at_ceiling",
        "generator_limited",
        "invalid",
        "failed",
        "not_run",
    }


def test_the_best_are_listed_apart() -> None:
    best = json.loads(report.render(every_kind()))["best"]
    assert best[0] == {"worker": "gunicorn-gevent", "scenario": "json", "mode": "sync"}


def test_the_machine_and_the_study_are_told_in_full() -> None:
    run = a_run(machine=a_machine(cpu_model="Öre 9"))
    document = json.loads(report.render(a_summary(run=run)))
    assert (document["schema"], document["machine"]["cpu_model"]) == (3, "Öre 9")
    assert document["run"] == {"id": run.id, "finished": True}


def test_a_standing_compares_with_its_leader() -> None:
    document = json.loads(report.render(a_summary(standings=(a_standing(a_comparison(), blocks=6),))))
    (standing,) = document["standings"]
    assert (standing["scenario"], standing["mode"], standing["leader"]) == ("json", "sync", "uvicorn")
    assert (standing["aa"]["median"], standing["blocks"], standing["settled"]) == (1.001, 6, True)
    assert standing["comparisons"] == [
        {
            "rival": "gunicorn-gevent",
            "ratio": {"median": 0.8, "low": 0.78, "high": 0.82, "n": 6},
            "verdict": "beats",
            "more": None,
        }
    ]


def test_a_row_of_the_open_loop_holds_its_rate_and_tail() -> None:
    (row,) = json.loads(report.render(a_summary(paced=(a_paced(),))))["paced"]
    assert (row["point"], row["rate_rps"], row["goodput_rps"]) == ("50%", 210.0, 209.5)
    assert row["tail_ms"] == {"median": 8.0, "low": 7.2, "high": 9.0, "n": 2}
    assert (row["tail_percentile"], row["send_lag_ms"]) == (99, 0.2)


def test_an_open_loop_that_failed_keeps_its_objects() -> None:
    nothing = Paced(worker="a", scenario="json:sync", point="50%", rate=2.0, status="failed")
    (row,) = json.loads(report.render(a_summary(paced=(nothing,))))["paced"]
    assert set(row["latency_ms"].values()) == set(row["slow_latency_ms"].values()) == {None}
    assert (row["tail_ms"]["median"], row["tail_ms"]["n"], row["goodput_rps"]) == (None, 0, None)


def test_a_point_of_a_sweep_holds_its_connections_and_outcomes() -> None:
    (point,) = json.loads(report.render(a_summary(swept=(a_swept(),))))["swept"]
    assert (point["scenario"], point["mode"], point["connections"]) == ("json", "sync", 8)
    assert point["goodput_rps"] == {"median": 3_100.0, "low": 3_000.0, "high": 3_200.0, "n": 2}
    assert (point["status"], point["reasons"], point["outcomes"]["sent"]) == ("ok", [], 1_860)


def test_a_capacity_says_what_it_lies_between() -> None:
    (row,) = json.loads(report.render(a_summary(capacities=(a_capacity(),))))["capacities"]
    assert (row["rate_rps"], row["broken_at_rps"], row["found"]) == (1_250.0, 1_310.0, True)


def test_a_worker_says_how_it_was_started_and_what_was_found() -> None:
    (worker,) = json.loads(report.render(of_workers(a_setup(), **FOUND)))["workers"]
    assert (worker["name"], worker["interface"], worker["versions"]) == (
        "uvicorn",
        "asgi",
        {"uvicorn": "0.54.0", "uvloop": None},
    )
    assert worker["command"] == ["/usr/bin/python3", "-m", "uvicorn", "site.asgi:application"]
    assert (worker["asked"]["backlog"], worker["in_force"]["backlog"]) == (2048, 100)


def test_the_words_of_workers_are_told_once() -> None:
    document = json.loads(report.render(of_workers(a_setup(), **FOUND)))
    assert "setups" not in document["study"]


def test_a_figure_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        rendered(an_estimate(latency=a_latency(p50=float("nan"))))


def test_the_docs_list_every_key_and_no_other() -> None:
    documented = set(re.findall(r"^\| `([^`]+)` \|", DOCS, flags=re.MULTILINE))
    assert documented == keys(json.loads(report.render(every_kind())))


def test_the_example_of_the_docs_has_the_documented_keys() -> None:
    (example,) = re.findall(r"^```json\n(.*?)^```", DOCS, flags=re.MULTILINE | re.DOTALL)
    assert keys(json.loads(example)) == keys(json.loads(report.render(every_kind())))

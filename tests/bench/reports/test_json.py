from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from betterworker.bench.model import Estimate
from betterworker.bench.reports import json as report
from tests.bench.builders import a_latency, a_machine, a_run, a_summary, an_estimate
from tests.bench.reports.runs import every_kind

DOCS = (Path(__file__).parents[3] / "docs" / "report-json.md").read_text(encoding="utf-8")
STUDY_BY_SCENARIO = {"connections", "windows", "warmups", "timeouts", "delays"}


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


BY_NAME = {"machine.packages", *(f"study.{name}" for name in STUDY_BY_SCENARIO)}


def test_a_cell_holds_what_consumers_rely_on() -> None:
    (cell,) = rendered(an_estimate())["cells"]
    assert cell == {
        "worker": "uvicorn",
        "scenario": "json",
        "mode": "sync",
        "status": "ok",
        "reasons": [],
        "goodput_rps": {"median": 4210.0, "low": 4100.0, "high": 4320.0, "n": 3},
        "latency_ms": {"p50": 40.5, "p95": 80.25, "p99": 120.0, "max": 200.0},
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
    assert (document["schema"], document["machine"]["cpu_model"]) == (1, "Öre 9")
    assert document["run"] == {"id": run.id, "finished": True}


def test_a_figure_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        rendered(an_estimate(latency=a_latency(p50=float("nan"))))


def test_the_docs_list_every_key_and_no_other() -> None:
    documented = set(re.findall(r"^\| `([^`]+)` \|", DOCS, flags=re.MULTILINE))
    assert documented == keys(json.loads(report.render(every_kind())))


def test_the_example_of_the_docs_has_the_documented_keys() -> None:
    (example,) = re.findall(r"^```json\n(.*?)^```", DOCS, flags=re.MULTILINE | re.DOTALL)
    assert keys(json.loads(example)) <= keys(json.loads(report.render(every_kind())))
    assert keys(json.loads(example)["cells"]) == keys(rendered(an_estimate())["cells"])

from __future__ import annotations

import csv

from betterworker.bench.model import Estimate
from betterworker.bench.reports import csv as report
from tests.bench.builders import a_comparison, a_finding, a_latency, a_standing, a_summary, an_estimate


def only(estimate: Estimate) -> dict[str, str]:
    (line,) = csv.DictReader(report.render(a_summary(estimate)).splitlines())
    return line


def test_a_cell_is_a_line_of_flat_columns() -> None:
    line = only(an_estimate(best=True))
    assert (line["worker"], line["scenario"], line["mode"]) == ("uvicorn", "json", "sync")
    assert (line["goodput_rps_median"], line["latency_ms_p95"]) == ("4210.0", "80.25")
    assert (line["outcomes_sent"], line["best"]) == ("12630", "yes")


def test_first_bytes_and_database_connections_have_columns() -> None:
    line = only(an_estimate(first_byte=a_latency(p50=1.5), db_connections=32))
    assert (line["first_byte_ms_p50"], line["db_connections"]) == ("1.5", "32")


def test_a_missing_figure_is_an_empty_field() -> None:
    line = only(Estimate(worker="a", scenario="json:sync", status="not_run"))
    assert (line["goodput_rps_median"], line["outcomes_ok"], line["peak_pss_mb"]) == ("", "", "")


def test_reasons_share_a_field() -> None:
    findings = (a_finding(message='one, "two"'), a_finding(message="three"))
    assert only(an_estimate(findings=findings))["reasons"] == 'one, "two"; three'


def test_no_cell_leaves_the_header() -> None:
    assert report.render(a_summary()).startswith("worker,scenario,mode,status,reasons,goodput_rps_m")


def test_a_rival_has_its_ratio_and_verdict_and_the_leader_has_none() -> None:
    cells = (an_estimate(), an_estimate(worker="gunicorn-gevent"))
    summary = a_summary(*cells, standings=(a_standing(a_comparison()),))
    leader, rival = csv.DictReader(report.render(summary).splitlines())
    assert [rival[f"ratio_{end}"] for end in ("median", "low", "high")] == ["0.8", "0.78", "0.82"]
    assert (rival["verdict"], leader["verdict"], leader["ratio_median"]) == ("beats", "", "")

"""What every report must do, whichever its format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from betterworker.bench.reports import REPORTS, Report
from betterworker.bench.reports.rows.against import versus
from betterworker.bench.reports.rows.closed import goodput
from betterworker.bench.reports.rows.steady import percentiles
from betterworker.bench.reports.rows.sweep import throughput
from tests.bench.builders import (
    a_capacity,
    a_finding,
    a_paced,
    a_standing,
    a_summary,
    a_swept,
    an_estimate,
)
from tests.bench.reports.parsing import CAPACITIES, FIGURES, LATENCIES, RATIOS, THROUGHPUTS, figures_of
from tests.bench.reports.runs import EIGHT, every_kind

if TYPE_CHECKING:
    from betterworker.bench.model import Summary

every_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
# A line per cell of the closed loop has no room for the open one.
WHOLE = {name: report for name, report in REPORTS.items() if name != "csv"}
every_report_but_csv = pytest.mark.parametrize("report", WHOLE.values(), ids=WHOLE)


def test_names_and_suffixes_are_unique() -> None:
    assert [report.name for report in REPORTS.values()] == list(REPORTS)
    assert len({report.suffix for report in REPORTS.values()}) == len(REPORTS)
    assert all(report.suffix.startswith(".") for report in REPORTS.values())


@every_report
def test_a_report_ends_in_one_newline(report: Report) -> None:
    rendered = report.render(every_kind())
    assert rendered.endswith("\n")
    assert not rendered.endswith("\n\n")


@every_report
def test_the_same_summary_renders_the_same(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    before = report.render(every_kind())
    for name, value in (("COLUMNS", "40"), ("FORCE_COLOR", "1"), ("TERM", "dumb")):
        monkeypatch.setenv(name, value)
    assert report.render(every_kind()) == before


@every_report
def test_colour_is_only_there_when_asked_for(report: Report) -> None:
    assert "\x1b" not in report.render(every_kind())


@every_report
def test_a_run_of_nothing_is_a_report(report: Report) -> None:
    assert report.render(a_summary()).strip()


@every_report
def test_every_worker_is_named_whole(report: Report) -> None:
    rendered = report.render(every_kind(), width=200)
    assert all(worker in rendered for worker in EIGHT)


@every_report
def test_every_reason_is_told(report: Report) -> None:
    rendered = report.render(every_kind(), width=400)
    for reason in ("12.0 % of 8,000 requests timed out at 6 s", "granian is not installed"):
        assert reason in rendered


@every_report
def test_a_servers_own_words_cannot_break_the_layout(report: Report) -> None:
    assert report.render(_saying("a\nb\x1b\r\tc")) == report.render(_saying("a b c"))


def _saying(words: str) -> Summary:
    """In every place that has words of servers or users."""
    finding = a_finding(message=words)
    return a_summary(
        an_estimate(findings=(finding,)),
        paced=(a_paced(findings=(finding,)), a_paced(status="failed", latency=None, findings=(finding,))),
        capacities=(a_capacity(objective=words, reason=words),),
        swept=(a_swept(findings=(finding,)), a_swept(status="failed", goodput=None, findings=(finding,))),
    )


@every_report
def test_all_formats_show_the_same_figures(report: Report) -> None:
    summary = every_kind()
    expected = {
        (estimate.worker, estimate.scenario): goodput(estimate).split(" ")[0]
        for estimate in summary.estimates
        if estimate.goodput is not None
    }
    assert figures_of(FIGURES, report.name, report.render(summary, width=400)) == expected


@every_report
def test_all_formats_show_the_same_ratios_and_verdicts(report: Report) -> None:
    summary = every_kind()
    comparisons = [c for standing in summary.standings for c in standing.comparisons]
    expected = {(c.rival, c.scenario): versus(c) for c in comparisons}
    assert figures_of(RATIOS, report.name, report.render(summary, width=400)) == expected


@every_report_but_csv
def test_all_formats_show_the_same_throughput_against_connections(report: Report) -> None:
    summary = every_kind()
    expected = {
        (point.worker, f"{point.scenario}@{point.connections}c"): throughput(point).split(" ")[0]
        for point in summary.swept
        if point.goodput is not None
    }
    assert figures_of(THROUGHPUTS, report.name, report.render(summary, width=400)) == expected


@every_report_but_csv
def test_all_formats_show_the_same_latency_at_a_steady_rate(report: Report) -> None:
    summary = every_kind()
    expected = {
        (paced.worker, f"{paced.scenario}@{paced.point}"): percentiles(paced)
        for paced in summary.paced
        if paced.latency is not None and paced.point in ("50%", "80%", "common")
    }
    assert figures_of(LATENCIES, report.name, report.render(summary, width=400)) == expected


@every_report_but_csv
def test_all_formats_show_the_same_capacities(report: Report) -> None:
    rendered = report.render(every_kind(), width=400)
    assert figures_of(CAPACITIES, report.name, rendered) == {
        ("gunicorn-gevent", "json:sync"): "1,250 (1,310)",
        ("uvicorn", "json:sync"): "< 5 ?",
    }


@every_report_but_csv
def test_every_part_is_there(report: Report) -> None:
    rendered = report.render(every_kind(), width=400)
    for words in ("reached 180 of 240 RPS", "none kept it", "128" if report.name != "json" else "1024.0"):
        assert words in rendered


@every_report
def test_a_standing_of_nobody_is_a_report(report: Report) -> None:
    nobody = a_summary(an_estimate(), standings=(a_standing(leader=None, aa=None),))
    assert report.render(nobody).strip()


def test_the_comparison_of_figures_knows_every_format() -> None:
    assert set(FIGURES) == set(RATIOS) == set(REPORTS)
    assert set(LATENCIES) == set(CAPACITIES) == set(THROUGHPUTS) == set(REPORTS) - {"csv"}

"""What every report must do, whichever its format."""

from __future__ import annotations

import pytest

from betterworker.bench.reports import REPORTS, Report
from betterworker.bench.reports.rows.tables import goodput
from tests.bench.builders import a_finding, a_summary, an_estimate
from tests.bench.reports.parsing import FIGURES, figures_of
from tests.bench.reports.runs import EIGHT, every_kind

every_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


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
    calm = an_estimate(findings=(a_finding(message="a b c"),))
    wild = an_estimate(findings=(a_finding(message="a\nb\x1b\r\tc"),))
    assert report.render(a_summary(wild)) == report.render(a_summary(calm))


@every_report
def test_all_formats_show_the_same_figures(report: Report) -> None:
    summary = every_kind()
    expected = {
        (estimate.worker, estimate.scenario): goodput(estimate).split(" ")[0]
        for estimate in summary.estimates
        if estimate.goodput is not None
    }
    assert figures_of(report.name, report.render(summary, width=400)) == expected


def test_the_comparison_of_figures_knows_every_format() -> None:
    assert set(FIGURES) == set(REPORTS)

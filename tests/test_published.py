"""The project's own published study can be read, and its report is what today's program makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from betterworker.bench.cli import CANNOT
from betterworker.bench.judge import summarise
from betterworker.bench.model import Summary
from betterworker.bench.reports import REPORTS
from betterworker.bench.store import read_run
from tests.bench.reports.parsing_html import tables_of

STUDIES = Path(__file__).parent.parent / "benchmarks/studies"
RUN = STUDIES / "2026-11-23-full"
#: Of a project of one's own: docs/your-project.md shows it.
PROJECT = STUDIES / "2026-11-23-wagtail"
MOST_MB = 5
MOST_PAGE_MB = 3


@pytest.fixture(scope="module")
def summary() -> Summary:
    return summarise(read_run(RUN), CANNOT)


def test_it_is_finished_and_small_enough_for_a_repository() -> None:
    assert read_run(RUN).finished
    assert sum(file.stat().st_size for file in RUN.iterdir()) < MOST_MB * 1e6


def test_it_has_a_figure_or_a_reason_for_every_worker_on_every_row(summary: Summary) -> None:
    study = summary.run.study
    assert len(study.workers) >= 18
    assert len(study.scenarios) >= 20
    assert all(cell.goodput or cell.findings for cell in summary.estimates)


def test_its_report_is_todays(summary: Summary) -> None:
    """Made with: betterworker report benchmarks/studies/2026-11-23-full --format markdown > …/report.md"""
    stored = (RUN / "report.md").read_text(encoding="utf-8")
    assert stored.rstrip("\n") == REPORTS["markdown"].render(summary).rstrip("\n")


def test_the_report_of_a_project_is_todays() -> None:
    stored = (PROJECT / "report.md").read_text(encoding="utf-8")
    today = REPORTS["markdown"].render(summarise(read_run(PROJECT), CANNOT))
    assert stored.rstrip("\n") == today.rstrip("\n")


def test_its_page_can_be_sent_to_a_colleague(summary: Summary) -> None:
    assert len(REPORTS["html"].render(summary).encode()) < MOST_PAGE_MB * 1e6


def test_its_page_has_todays_figures(summary: Summary) -> None:
    """Made with: betterworker report benchmarks/studies/2026-11-23-full --format html --out …/report.html"""
    stored = (RUN / "report.html").read_text(encoding="utf-8")
    assert tables_of(stored) == tables_of(REPORTS["html"].render(summary))


def test_its_report_says_how_each_worker_was_started_in_which_version_and_what_is_unequal() -> None:
    report = (RUN / "report.md").read_text(encoding="utf-8").partition("\n## Workers\n")[2]
    for name, setup in read_run(RUN).study.setups.items():
        told = report.partition(f"### {name}\n")[2].partition("\n#")[0]
        assert "| Command | " in told
        assert "| Versions | " in told
        assert ("| Not equal | " in told) == bool(setup.unequal)

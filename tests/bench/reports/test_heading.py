"""What a report is called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from betterworker.bench.model import Summary
from betterworker.bench.reports import REPORTS
from betterworker.bench.reports.rows import title
from tests.bench.builders import a_run, a_study, a_summary
from tests.bench.diagnosis.builders import a_project

PLAIN = "Django workers, measured"


def of(name: str) -> Summary:
    project = replace(a_project(), name=name)
    return a_summary(run=a_run(study=a_study(project=project)))


@pytest.mark.parametrize(
    ("name", "head"),
    [("markdown", "# {}\n"), ("html", "<title>{}</title>"), ("html", "<h1>{}</h1>")],
)
def test_a_report_is_called_by_its_project(name: str, head: str) -> None:
    assert head.format(f"shop: {PLAIN}") in REPORTS[name].render(of("shop"))
    assert head.format(PLAIN) in REPORTS[name].render(a_summary())


def test_a_projects_name_is_one_line() -> None:
    assert title(of("a\x1b[31m\nb")) == f"a b: {PLAIN}"


def test_a_projects_name_is_no_markup() -> None:
    assert "<script>alert" not in REPORTS["html"].render(of("<script>alert(1)"))
    assert "# \\[a\\](b): " in REPORTS["markdown"].render(of("[a](b)"))

"""Every format has the same numbers: all of them from one stored run, a real one."""

from __future__ import annotations

import csv
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from betterworker.bench.cli import CANNOT
from betterworker.bench.judge import summarise
from betterworker.bench.model import Summary
from betterworker.bench.reports import REPORTS
from betterworker.bench.reports.rows import answers, conclusions_table, tables
from betterworker.bench.reports.rows.table import Table
from betterworker.bench.reports.rows.words import number
from betterworker.bench.store import read_run
from tests.bench.reports.parsing_html import tables_of

RUN = Path(__file__).parents[3] / "benchmarks/studies/2026-11-23-full"
MANY_COLUMNS = 2000


@pytest.fixture(scope="module")
def summary() -> Summary:
    return summarise(read_run(RUN), CANNOT)


@pytest.fixture(scope="module")
def rendered(summary: Summary) -> dict[str, str]:
    return {name: report.render(summary, width=MANY_COLUMNS) for name, report in REPORTS.items()}


def words(text: str) -> str:
    return " ".join(text.split())


def markdown_lines(document: str) -> list[list[str]]:
    """The cells of every line of a table, as they are read."""
    lines = [line.strip("|").split(" | ") for line in document.splitlines() if line.startswith("| ")]
    return [[words(html.unescape(re.sub(r"\\(.)", r"\1", cell))) for cell in line] for line in lines]


def lines_of(table: Table) -> list[list[str]]:
    return [[words(row.title), *(words(cell.text) for cell in row.cells)] for row in table.rows]


def cells(rendered: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(rendered["json"])["cells"]
    return found


def test_markdown_has_every_cell_of_every_table(summary: Summary, rendered: dict[str, str]) -> None:
    found = markdown_lines(rendered["markdown"])
    for table in (conclusions_table(summary), *tables(summary)):
        for line in lines_of(table):
            assert line in found


def test_the_page_has_every_cell_of_every_table(summary: Summary, rendered: dict[str, str]) -> None:
    sheets = tables_of(rendered["html"])
    for table in tables(summary):
        sheet = next(rows for heading, rows in sheets.items() if heading.startswith(table.title))
        for title, *line in lines_of(table):
            shown = [words(cell) for cell in sheet[title]]
            assert all(cell.startswith(text) for cell, text in zip(shown, line, strict=True))


def test_the_terminal_has_every_cell_of_every_table(summary: Summary, rendered: dict[str, str]) -> None:
    found = {words(line) for line in rendered["text"].splitlines()}
    for table in (conclusions_table(summary), *tables(summary)):
        for row in table.rows:
            first = " ".join(cell.text.splitlines()[0] for cell in row.cells)
            assert any(words(first) in line for line in found), row.title


def test_machines_read_the_figures_that_people_see(summary: Summary, rendered: dict[str, str]) -> None:
    shown = {(row.title, worker): cell.text for row, worker, cell in _goodput(summary)}
    titles = dict(
        zip(dict.fromkeys(each.scenario for each in summary.estimates), _titles(summary), strict=True)
    )
    for cell in cells(rendered):
        median = cell["goodput_rps"]["median"]
        text = shown[titles[f"{cell['scenario']}:{cell['mode']}"], cell["worker"]]
        assert median is None or text.startswith(number(median))


def test_sheets_have_the_figures_of_machines(rendered: dict[str, str]) -> None:
    lines = list(csv.DictReader(rendered["csv"].splitlines()))
    assert [line["goodput_rps_median"] for line in lines] == [
        "" if cell["goodput_rps"]["median"] is None else str(cell["goodput_rps"]["median"])
        for cell in cells(rendered)
    ]


def test_the_answer_is_one_in_every_format(summary: Summary, rendered: dict[str, str]) -> None:
    told = answers(summary)
    assert len(told) == 3
    assert [answer["sentence"] for answer in json.loads(rendered["json"])["answers"]] == list(told)
    plain = html.unescape(re.sub(r"<[^>]+>", "", rendered["html"]))
    for sentence in told:
        assert sentence in rendered["text"]
        assert sentence in re.sub(r"\\(.)", r"\1", rendered["markdown"])
        assert sentence in words(plain)


def test_the_grades_are_the_same_in_every_format(summary: Summary, rendered: dict[str, str]) -> None:
    table = conclusions_table(summary)
    page = tables_of(rendered["html"])["Conclusions per worker"]
    assert {row.title: [words(cell.text) for cell in row.cells] for row in table.rows} == {
        worker: [words(cell) for cell in line] for worker, line in page.items() if worker
    }
    grades = iter(json.loads(rendered["json"])["conclusions"])
    for row in table.rows:
        for cell, conclusion in zip(row.cells, grades, strict=False):
            assert conclusion["worker"] == row.title
            assert conclusion["grade"] in (None, "named", "unmeasured", cell.text)


def _goodput(summary: Summary) -> list[tuple[Any, str, Any]]:
    table = tables(summary)[0]
    return [
        (row, worker, cell)
        for row in table.rows
        for worker, cell in zip(table.columns, row.cells, strict=True)
    ]


def _titles(summary: Summary) -> list[str]:
    return [row.title for row in tables(summary)[0].rows]

"""Reads goodput back out of each format: (worker, scenario key) -> the figure people see."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.words import number
from tests.bench.reports.runs import EIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Figures = dict[tuple[str, str], str]

TITLES = {
    "Sync JSON": "json:sync",
    "Async JSON": "json:async",
    "Async blocking 1s": "blocking-1s:async",
}
FIGURE = re.compile(r"[\d,.]+(?= ±)")


def figures_of(report: str, rendered: str) -> Figures:
    return FIGURES[report](rendered)


def _from_json(rendered: str) -> Figures:
    return {
        (cell["worker"], f"{cell['scenario']}:{cell['mode']}"): number(cell["goodput_rps"]["median"])
        for cell in json.loads(rendered)["cells"]
        if cell["goodput_rps"]["median"] is not None
    }


def _from_csv(rendered: str) -> Figures:
    return {
        (line["worker"], f"{line['scenario']}:{line['mode']}"): number(float(line["goodput_rps_median"]))
        for line in csv.DictReader(rendered.splitlines())
        if line["goodput_rps_median"]
    }


def _from_markdown(rendered: str) -> Figures:
    lines = [line for line in rendered.splitlines() if line.startswith("|")]
    return _from_rows([cell.strip() for cell in line.strip("|").split("|")] for line in lines)


def _from_text(rendered: str) -> Figures:
    # Two spaces or more part the columns; a figure and its interval have one.
    return _from_rows(re.split(r"\s{2,}", line) for line in rendered.splitlines())


def _from_rows(rows: Iterable[list[str]]) -> Figures:
    """Of the first table alone: later rows of the same title are of other tables."""
    figures: Figures = {}
    seen: set[str] = set()
    for title, *cells in rows:
        if title not in TITLES or title in seen:
            continue
        seen.add(title)
        for worker, cell in zip(EIGHT, cells, strict=True):
            if found := FIGURE.search(cell):
                figures[worker, TITLES[title]] = found[0]
    return figures


FIGURES: dict[str, Callable[[str], Figures]] = {
    "text": _from_text,
    "markdown": _from_markdown,
    "json": _from_json,
    "csv": _from_csv,
}

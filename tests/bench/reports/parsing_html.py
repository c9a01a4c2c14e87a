"""Reads the tables of a page back: heading -> row by title -> what each of its cells says."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re

Sheet = dict[str, dict[str, list[str]]]


class Tables(HTMLParser):
    """Every table of a page, under the heading before it."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: Sheet = {}
        self._words: list[str] = []
        self._heading = ""
        self._cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("h2", "h3", "th", "td"):
            self._words = []
        if tag == "tr":
            self._cells = []
        if tag == "small":  # the ratio below a figure
            self._words.append("\n")

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        words = "".join(self._words).strip()
        if tag in ("h2", "h3"):
            self._heading = words
        if tag in ("th", "td"):
            self._cells.append(words)
        if tag == "tr" and self._cells:
            title, *cells = self._cells
            self.sheets.setdefault(self._heading, {})[" ".join(title.split())] = cells


def tables_of(page: str) -> Sheet:
    reader = Tables()
    # What follows are scripts, which hold no table.
    reader.feed(page.partition("<script")[0])
    return reader.sheets


def cells_of(
    page: str, heading: str, titles: dict[str, str], workers: tuple[str, ...], figure: re.Pattern[str]
) -> dict[tuple[str, str], str]:
    """A cell's figure stands in one of its lines, which an ``RPS:`` may come before."""
    found: dict[tuple[str, str], str] = {}
    sheet = next(rows for name, rows in tables_of(page).items() if name.startswith(heading))
    for title, cells in sheet.items():
        for worker, cell in zip(workers, cells, strict=False):
            matches = [match[0] for line in cell.splitlines() if (match := figure.search(line))]
            if title in titles and matches:
                found[worker, titles[title]] = matches[0]
    return found

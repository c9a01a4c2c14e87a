"""A table as grids for a terminal: as few as fit its width."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table as Grid
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from betterworker.bench.reports.rows import Cell, Table, Tone

GAP = 2
STYLES: dict[Tone, str] = {
    "plain": "",
    "best": "bold green",
    "capped": "cyan",
    "doubtful": "yellow",
    "bad": "red",
    "faint": "dim",
}


def grids(table: Table, width: int) -> Iterator[Grid]:
    """Of a table that has rows; each repeats their titles, and no figure is broken over lines."""
    for columns in _split(table, width):
        grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False)
        grid.add_column("", no_wrap=True)
        for column in columns:
            header = Text(_header(table.columns[column]), justify="right")
            grid.add_column(header, justify="right", min_width=_least_width(table, column))
        for row in table.rows:
            grid.add_row(Text(row.title), *(_text(row.cells[column]) for column in columns))
        yield grid


def _text(cell: Cell) -> Text:
    return Text(cell.text, style=STYLES[cell.tone])


def _header(worker: str) -> str:
    return worker.replace("-", "-\n")


def _split(table: Table, width: int) -> list[Sequence[int]]:
    """Columns by grid: as few grids as fit the width, of about the same size."""
    columns = range(len(table.columns))
    title = max(len(line) for row in table.rows for line in row.title.splitlines())
    for size in dict.fromkeys(math.ceil(len(columns) / parts) for parts in range(1, len(columns))):
        parts = [columns[start : start + size] for start in range(0, len(columns), size)]
        if all(title + sum(_least_width(table, column) + GAP for column in part) <= width for part in parts):
            return list(parts)
    return [[column] for column in columns]


def _least_width(table: Table, column: int) -> int:
    """Figures and parts of a worker's name stay whole; reasons may break between words."""
    pieces = _header(table.columns[column]).splitlines()
    for row in table.rows:
        cell = row.cells[column]
        pieces += cell.text.splitlines() if cell.figure else cell.text.split()
    return max(map(len, pieces))

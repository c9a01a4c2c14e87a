"""Tables that fit a terminal: a study of many workers is split over several."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from betterworker.bench.reports.rows import (
    LEGEND,
    Table,
    best_lines,
    facts,
    notes,
    run_notes,
    tables,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from betterworker.bench.model import Estimate, Status, Summary

name = "text"
suffix = ".txt"

WIDTH = 120
GAP = 2
_STYLES: dict[Status, str] = {
    "at_ceiling": "cyan",
    "generator_limited": "yellow",
    "invalid": "red",
    "failed": "red",
    "not_run": "dim",
}


def render(summary: Summary, *, colour: bool = False, width: int | None = None) -> str:
    """Tables and lists at most ``width`` columns wide (120 when None), coloured only if asked."""
    console = _console(colour, width or WIDTH)
    goodput, *others = tables(summary)
    _list(console, "", run_notes(summary))
    _table(console, goodput)
    _list(console, "Best of each row", best_lines(summary))
    _list(console, "Legend", LEGEND)
    _list(console, "Notes", notes(summary))
    for table in others:
        _table(console, table)
    _facts(console, facts(summary))
    written = console.file.getvalue() if isinstance(console.file, io.StringIO) else ""
    return "\n".join(line.rstrip() for line in written.strip("\n").splitlines()) + "\n"


def _console(colour: bool, width: int) -> Console:
    # All that rich would otherwise read from the environment is given, so that the same summary
    # renders the same text anywhere.
    return Console(
        file=io.StringIO(),
        width=width,
        height=100,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        force_jupyter=False,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
        _environ={},
    )


def _heading(console: Console, title: str, about: str = "") -> None:
    console.print()
    console.print(Text(title, style="bold").append(f": {about}" if about else "", style="not bold"))


def _list(console: Console, title: str, lines: Iterable[str]) -> None:
    grid = Grid.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    for line in lines:
        grid.add_row("-", Text(line))
    if not grid.row_count:
        return
    if title:
        _heading(console, title)
    console.print(grid)


def _facts(console: Console, pairs: Iterable[tuple[str, str]]) -> None:
    _heading(console, "Study and machine")
    grid = Grid.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for key, value in pairs:
        grid.add_row(Text(key), Text(value))
    console.print(grid)


def _table(console: Console, table: Table) -> None:
    _heading(console, table.title, table.about)
    if not table.rows:
        console.print(Text("none"))
        return
    for columns in _split(table, console.width):
        grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False)
        grid.add_column("", no_wrap=True)
        for column in columns:
            header = Text(_header(table.workers[column]), justify="right")
            grid.add_column(header, justify="right", min_width=_least_width(table, column))
        for row in table.rows:
            cells = (_cell(row.estimates[column], row.cells[column]) for column in columns)
            grid.add_row(Text(row.title), *cells)
        console.print()
        console.print(grid)


def _cell(estimate: Estimate, text: str) -> Text:
    return Text(text, style="bold green" if estimate.best else _STYLES.get(estimate.status, ""))


def _header(worker: str) -> str:
    return worker.replace("-", "-\n")


def _split(table: Table, width: int) -> list[Sequence[int]]:
    """Columns by table: as few tables as fit the width, of about the same size."""
    columns = range(len(table.workers))
    title = max(len(row.title) for row in table.rows)
    for size in dict.fromkeys(math.ceil(len(columns) / parts) for parts in range(1, len(columns))):
        parts = [columns[start : start + size] for start in range(0, len(columns), size)]
        if all(title + sum(_least_width(table, column) + GAP for column in part) <= width for part in parts):
            return list(parts)
    return [[column] for column in columns]


def _least_width(table: Table, column: int) -> int:
    """Figures and parts of a worker's name stay whole; reasons may break between words."""
    pieces = _header(table.workers[column]).splitlines()
    for row in table.rows:
        cell = row.cells[column]
        pieces += [cell] if row.estimates[column].goodput is not None else cell.split()
    return max(map(len, pieces))

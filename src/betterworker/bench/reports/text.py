"""Tables that fit a terminal: a study of many workers is split over several."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from betterworker.bench.reports.grids import grids
from betterworker.bench.reports.rows import (
    ANSWER,
    COSTS,
    DEPLOY,
    Table,
    answers,
    clients,
    conclusions_table,
    costs_of,
    deploy_lines,
    facts,
    legend,
    notes,
    pasted,
    run_notes,
    setups,
    tables,
    verdicts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from betterworker.bench.model import Summary

name = "text"
suffix = ".txt"

WIDTH = 120


def render(summary: Summary, *, colour: bool = False, width: int | None = None) -> str:
    """Tables and lists at most ``width`` columns wide (120 when None), coloured only if asked."""
    console = _console(colour, width or WIDTH)
    goodput, *others = tables(summary)
    _list(console, "", run_notes(summary))
    _table(console, goodput)
    _list(console, "Verdicts", verdicts(summary), "the best of each row, and by how much")
    _list(console, "Best HTTP client under each worker", clients(summary), "new for each request, or pooled")
    _list(console, "Legend", legend(summary))
    _list(console, "Notes", notes(summary))
    for table in others:
        _table(console, table)
    _setups(console, setups(summary))
    _heading(console, "Study and machine")
    _pairs(console, facts(summary))
    _list(console, "What costs this site", costs_of(summary), COSTS)
    # Last, because that is what a terminal still shows.
    if summary.conclusions:
        _table(console, conclusions_table(summary))
    _list(console, "The answer", answers(summary), ANSWER)
    _deploy(console, summary)
    return _written(console)


def sheet(
    table: Table, lists: Iterable[tuple[str, Iterable[str]]], *, colour: bool, width: int | None
) -> str:
    """A table and titled lists, as in a report."""
    console = _console(colour, width or WIDTH)
    _table(console, table)
    for title, lines in lists:
        _list(console, title, lines)
    return _written(console)


def section(title: str, lines: Iterable[str], about: str, *, colour: bool, width: int | None) -> str:
    """A titled list, as in a report."""
    console = _console(colour, width or WIDTH)
    _list(console, title, lines, about)
    return _written(console)


def pages(parts: Iterable[RenderableType], *, colour: bool, width: int | None) -> str:
    """Whatever rich can show, one below the other."""
    console = _console(colour, width or WIDTH)
    for part in parts:
        console.print(part)
    return _written(console)


def _written(console: Console) -> str:
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


def _list(console: Console, title: str, lines: Iterable[str], about: str = "") -> None:
    grid = Grid.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    for line in lines:
        grid.add_row("-", Text(line))
    if not grid.row_count:
        return
    if title:
        _heading(console, title, about)
    console.print(grid)


def _deploy(console: Console, summary: Summary) -> None:
    """With the command alone, as it is typed: the other reports have the files."""
    _list(console, "To deploy", deploy_lines(summary), DEPLOY)
    found = pasted(summary.deployment) if summary.deployment is not None else ()
    for each in found[:1]:
        console.print()
        # A line that was broken could not be pasted.
        console.print(Text(each.text), soft_wrap=True)


def _setups(console: Console, workers: Sequence[tuple[str, Iterable[tuple[str, str]]]]) -> None:
    if workers:
        _heading(console, "Workers", "how each was started, and on what terms")
    for name, pairs in workers:
        console.print(Text(name, style="bold"))
        _pairs(console, pairs, indent=2)


def _pairs(console: Console, pairs: Iterable[tuple[str, str]], indent: int = 0) -> None:
    grid = Grid.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for key, value in pairs:
        grid.add_row(Text(key), Text(value))
    console.print(Padding(grid, (0, 0, 0, indent)))


def _table(console: Console, table: Table) -> None:
    _heading(console, table.title, table.about)
    if not table.rows:
        console.print(Text("none"))
        return
    for grid in grids(table, console.width):
        console.print()
        console.print(grid)

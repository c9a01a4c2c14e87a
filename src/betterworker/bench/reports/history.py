"""All runs of a folder over time: for a terminal, for Markdown, for machines, as a page."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich import box
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from betterworker.bench.reports.grids import STYLES, grids
from betterworker.bench.reports.history_page import render_page
from betterworker.bench.reports.markdown import escape, grid
from betterworker.bench.reports.rows.changes import change_record
from betterworker.bench.reports.rows.history import change_lines, history_notes, row_table, run_lines
from betterworker.bench.reports.rows.record import record
from betterworker.bench.reports.rows.words import joined, row_title
from betterworker.bench.reports.text import WIDTH, pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import RenderableType

    from betterworker.bench.history import History, Moment
    from betterworker.bench.reports.rows.history import RunLine

SCHEMA = 1
#: A terminal gets no more tables, unless rows were asked for.
ROWS_SHOWN = 4
_HEADER = ("run", "began (UTC)", "folder", "compared with", "changed since the run before")
CHANGES = "What the data carries: goodput against an earlier run"


def render_text(
    history: History,
    *,
    rows: Sequence[str],
    workers: Sequence[str],
    every: bool = False,
    colour: bool = False,
    width: int | None = None,
) -> str:
    """``every`` row that is given, or the first few."""
    parts = _pages(history, rows, workers, every, width or WIDTH)
    return pages(parts, colour=colour, width=width)


def render_markdown(
    history: History,
    *,
    rows: Sequence[str],
    workers: Sequence[str],
    every: bool = False,
    colour: bool = False,
    width: int | None = None,
) -> str:
    """All rows that are given; ``every``, ``colour`` and ``width`` change nothing."""
    del every, colour, width
    tables = (row_table(history, row, workers) for row in rows)
    changes = change_lines(history, rows, workers)
    parts = [
        "# Goodput over time",
        grid(_HEADER, [_cells(line) for line in run_lines(history)], left=_HEADER),
        *((f"## {CHANGES}", _items(changes)) if changes else ()),
        *(
            part
            for table in tables
            for part in (
                f"## {escape(f'{table.title}: {table.about}')}",
                grid(("", *table.columns), [(row.title, *(c.text for c in row.cells)) for row in table.rows]),
            )
        ),
        "## Notes",
        _items(history_notes(history)),
    ]
    return "\n\n".join(parts) + "\n"


def render_json(
    history: History,
    *,
    rows: Sequence[str],
    workers: Sequence[str],
    every: bool = False,
    colour: bool = False,
    width: int | None = None,
) -> str:
    """One object; ``every``, ``colour`` and ``width`` change nothing."""
    del every, colour, width
    document = {
        "schema": SCHEMA,
        "runs": [_run_record(moment, rows, workers) for moment in history.moments],
        "refused": [asdict(each) for each in history.refused],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


FORMATS: dict[str, Callable[..., str]] = {
    "text": render_text,
    "markdown": render_markdown,
    "json": render_json,
    "html": render_page,
}


def _pages(
    history: History, rows: Sequence[str], workers: Sequence[str], every: bool, width: int
) -> Iterator[RenderableType]:
    shown = rows if every else rows[:ROWS_SHOWN]
    yield _runs(run_lines(history))
    yield from _list(CHANGES, change_lines(history, rows, workers))
    for row in shown:
        table = row_table(history, row, workers)
        yield Text(f"\n{table.title}", style="bold").append(f": {table.about}", style="not bold")
        for each in grids(table, width) if table.rows and table.columns else ():
            yield Text()
            yield each
    yield from _list("Notes", (*history_notes(history), *_left_out(rows[len(shown) :])))


def _runs(lines: Sequence[RunLine]) -> Grid:
    grid_ = Grid(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False)
    for name in _HEADER:
        grid_.add_column(name, overflow="fold", no_wrap=name in _HEADER[:2])
    for line in lines:
        grid_.add_row(*map(Text, _cells(line, glue="\n")))
    return grid_


def _cells(line: RunLine, glue: str = "; ") -> tuple[str, ...]:
    folder = f"{line.folder} ({line.state})" if line.state else line.folder
    return line.number, line.when, folder, line.against, glue.join(line.marks)


def _list(title: str, lines: Sequence[str]) -> Iterator[RenderableType]:
    if not lines:
        return
    grid_ = Grid.grid(padding=(0, 1))
    for line in lines:
        grid_.add_row("-", Text(line, style=STYLES["plain"]))
    yield Padding(Text(title, style="bold"), (1, 0, 0, 0))
    yield grid_


def _left_out(rows: Sequence[str]) -> tuple[str, ...]:
    if not rows:
        return ()
    some = [row_title(row) for row in rows[:ROWS_SHOWN]]
    more = f" and {len(rows) - len(some)} more" if len(rows) > len(some) else ""
    named = ", ".join(some) + more if more else joined(some)
    return (f"Not shown: {named}. Ask for rows with --row, or for a page of all with --format html.",)


def _items(lines: Sequence[str]) -> str:
    return "\n".join(f"- {escape(line)}" for line in lines)


def _run_record(moment: Moment, rows: Sequence[str], workers: Sequence[str]) -> dict[str, object]:
    return {
        "number": moment.number,
        "folder": moment.folder,
        "began_at_s": moment.begun,
        "finished": moment.finished,
        "page": moment.page,
        "since_the_run_before": asdict(moment.since) if moment.since is not None else None,
        "compared_with": moment.against,
        "why_not_compared": moment.why_not or None,
        "middle": moment.middle,
        "cells": [
            record(each)
            for each in moment.estimates.values()
            if each.scenario in rows and each.worker in workers
        ],
        "changes": [
            change_record(each)
            for each in moment.changes.values()
            if each.scenario in rows and each.worker in workers
        ],
    }

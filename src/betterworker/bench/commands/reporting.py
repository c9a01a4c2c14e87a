"""``betterworker report``, and what a run leaves behind for its readers."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import click

from betterworker.bench.commands.gating import Gate, gate_options, write
from betterworker.bench.model import Run, Summary
from betterworker.bench.store import read_run

PAGE = "html"
#: What a run writes into its folder.
KEPT = ("markdown", PAGE, "json")


class Report(Protocol):
    """A format, as the registry has it."""

    suffix: str

    def render(self, summary: Summary, *, colour: bool = False, width: int | None = None) -> str: ...


Reports = Mapping[str, Report]


def command(
    reports: Reports, summarise: Callable[[Run], Summary], settle: Callable[[Gate, Summary], bool]
) -> click.Command:
    """The command, with what judges a run, how it is shown, and what a gate makes of it."""

    @click.command("report")
    @click.argument("run", type=click.Path(path_type=Path))
    @click.option("--format", "name", type=click.Choice(list(reports)), default="text", show_default=True)
    @click.option(
        "--out",
        type=click.Path(path_type=Path, dir_okay=False),
        help="A file instead of standard output (html for a terminal: RUN/report.html).",
    )
    @gate_options(relative=False)
    def report(run: Path, name: str, out: Path | None, gate: Gate) -> None:
        """Render a stored RUN again.

        Exit status: 0 fine, 1 a --fail-if holds, 2 bad input.
        """
        stored = read_run(run)
        gate.require(stored.study)
        summary = summarise(stored)
        if out is None and name == PAGE and sys.stdout.isatty():
            out = run / _file_name(reports[name])
        if out is None:
            show(reports[name], summary)
        else:
            write(out, reports[name].render(summary))
            click.echo(f"Written: {out}", err=True)
        click.get_current_context().exit(1 if settle(gate, summary) else 0)

    return report


def keep(folder: Path, summary: Summary, reports: Reports) -> Path:
    """Write a run's reports into its folder; the path of the page."""
    for name in KEPT:
        write(folder / _file_name(reports[name]), reports[name].render(summary))
    return folder / _file_name(reports[PAGE])


def show(report: Report, summary: Summary) -> None:
    """On standard output, in colour where that is wanted: a terminal, and no NO_COLOR."""
    colour = sys.stdout.isatty() and click.get_current_context().color is not False
    width = shutil.get_terminal_size((120, 40)).columns
    click.echo(report.render(summary, colour=colour, width=width), color=colour, nl=False)


def _file_name(report: Report) -> str:
    return f"report{report.suffix}"

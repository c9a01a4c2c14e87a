"""``betterworker compare``: two stored runs, cell by cell."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import click

from betterworker.bench.commands.gating import Gate, gate_options, write
from betterworker.bench.compare import Compared, compare
from betterworker.bench.conditions import Outcome, failing, of_changes
from betterworker.bench.model import Run, Summary
from betterworker.bench.store import read_run


class ComparisonReport(Protocol):
    """How a comparison is shown, in one of ``FORMATS``."""

    FORMATS: tuple[str, ...]

    def render(
        self,
        compared: Compared,
        outcomes: Sequence[Outcome],
        *,
        name: str,
        unsure: bool,
        colour: bool,
        width: int,
    ) -> str: ...


class JUnit(Protocol):
    def of_comparison(self, compared: Compared, outcomes: Sequence[Outcome], *, unsure: bool) -> str: ...


Folder = click.Path(path_type=Path)


def command(summarise: Callable[[Run], Summary], report: ComparisonReport, junit: JUnit) -> click.Command:
    """The command, with what judges a run and how the result is shown."""

    @click.command("compare")
    @click.argument("before", type=Folder)
    @click.argument("after", type=Folder)
    @click.option("--format", "name", type=click.Choice(report.FORMATS), default="text", show_default=True)
    @click.option(
        "--control",
        metavar="WORKER",
        help="Divide every ratio by this worker's own in the same row: one that is the same in both runs "
        "takes out what the machine did between them.",
    )
    @gate_options(relative=True)
    def compare_runs(before: Path, after: Path, name: str, control: str | None, gate: Gate) -> None:
        """Compare two runs: what became better or worse from BEFORE to AFTER, by how much, how sure.

        Ratios are AFTER over BEFORE, by rounds, at a level that all of them together leave.
        Exit status: 0 fine, 1 a --fail-if holds, 2 bad input.
        """
        ctx = click.get_current_context()
        metrics = [condition.metric for condition in gate.conditions]
        first, second = (summarise(read_run(path)) for path in (before, after))
        compared = compare(first, second, also=metrics, control=control)
        outcomes = of_changes(gate.conditions, compared)
        colour = sys.stdout.isatty() and ctx.color is not False
        width = shutil.get_terminal_size((120, 40)).columns
        shown = report.render(compared, outcomes, name=name, unsure=gate.unsure, colour=colour, width=width)
        click.echo(shown, color=colour, nl=False)
        if gate.junit is not None:
            write(gate.junit, junit.of_comparison(compared, outcomes, unsure=gate.unsure))
        ctx.exit(1 if failing(outcomes, unsure=gate.unsure) else 0)

    return compare_runs

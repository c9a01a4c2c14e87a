"""Two runs compared: for a terminal, for a pull request, for machines."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.text import Text

from betterworker.bench.conditions import failing
from betterworker.bench.reports.grids import STYLES, grids
from betterworker.bench.reports.markdown import escape, grid
from betterworker.bench.reports.rows.apart import remarks, warnings
from betterworker.bench.reports.rows.changes import change_record, changed_table, headline, metric_tables
from betterworker.bench.reports.rows.outcomes import outcome_lines, outcome_record
from betterworker.bench.reports.rows.words import one_line
from betterworker.bench.reports.text import WIDTH, pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from betterworker.bench.compare import Compared
    from betterworker.bench.conditions import Outcome
    from betterworker.bench.model import Run
    from betterworker.bench.reports.rows import Table

SCHEMA = 1
FORMATS: tuple[str, ...] = ("text", "markdown", "json")


def render(
    compared: Compared,
    outcomes: Sequence[Outcome] = (),
    *,
    name: str = "text",
    unsure: bool = False,
    colour: bool = False,
    width: int | None = None,
) -> str:
    """In one of FORMATS; ends in one newline."""
    if name == "json":
        return _json(compared, outcomes)
    if name == "markdown":
        return _markdown(compared, outcomes, unsure)
    return pages(_text(compared, outcomes, unsure, width or WIDTH), colour=colour, width=width)


def _text(
    compared: Compared, outcomes: Sequence[Outcome], unsure: bool, width: int
) -> Iterator[RenderableType]:
    for line in warnings(compared):
        yield Text(f"! {line}", style=STYLES["doubtful"])
    for line in remarks(compared):
        yield Text(f"- {line}")
    for table in metric_tables(compared):
        yield from _grids(table, width)
    if changed_table(compared).rows:
        yield from _grids(changed_table(compared), width)
    yield Text(f"\n{_runs(compared)}: {headline(compared.changes)}{_above(compared)}", style="bold")
    for line in outcome_lines(outcomes, unsure=unsure):
        yield Text(line)


def _above(compared: Compared) -> str:
    """What a long table has pushed out of sight."""
    count = len(warnings(compared))
    return f" (mind the {f'{count} warnings' if count > 1 else 'warning'} at the top)" if count else ""


def _grids(table: Table, width: int) -> Iterator[RenderableType]:
    yield Text(f"\n{table.title}", style="bold").append(f": {table.about}", style="not bold")
    for grid_ in grids(table, width):
        yield Text()
        yield grid_


def _markdown(compared: Compared, outcomes: Sequence[Outcome], unsure: bool) -> str:
    bad = any(change.fate in ("broke", "worse") for change in compared.changes)
    mark = "✗" if (failing(outcomes, unsure=unsure) if outcomes else bad) else "✓"
    changed = changed_table(compared)
    parts = [
        f"### {mark} {escape(headline(compared.changes))}",
        escape(_runs(compared)),
        *(f"> ⚠️ {escape(line)}" for line in warnings(compared)),
        *_items(outcome_lines(outcomes, unsure=unsure)),
        *((_title(changed), _grid(changed)) if changed.rows else ()),
        *_items(remarks(compared)),
        *_details(compared),
    ]
    return "\n\n".join(parts) + "\n"


def _details(compared: Compared) -> Iterator[str]:
    tables = metric_tables(compared)
    if tables:
        yield f"<details><summary>All {len(compared.changes):,} comparisons</summary>"
        for table in tables:
            yield _title(table)
            yield _grid(table)
        yield "</details>"


def _title(table: Table) -> str:
    return f"**{escape(table.title)}**: {escape(table.about)}"


def _grid(table: Table) -> str:
    return grid(("", *table.columns), [(row.title, *(cell.text for cell in row.cells)) for row in table.rows])


def _items(lines: Sequence[str]) -> tuple[str, ...]:
    """A line that is set in belongs to the item before it."""
    if not lines:
        return ()
    items = (f"{' ' * (len(line) - len(line.lstrip()))}- {escape(line.lstrip())}" for line in lines)
    return ("\n".join(items),)


def _runs(compared: Compared) -> str:
    return f"{one_line(compared.after.id)} against {one_line(compared.before.id)}"


def _json(compared: Compared, outcomes: Sequence[Outcome]) -> str:
    document = {
        "schema": SCHEMA,
        "before": _run(compared.before),
        "after": _run(compared.after),
        "control": compared.control,
        "middle": compared.middle,
        "differs": asdict(compared.differs),
        "warnings": warnings(compared),
        "only_before": compared.only_before,
        "only_after": compared.only_after,
        "elsewhere": [asdict(each) for each in compared.elsewhere],
        "changes": [change_record(change) for change in compared.changes],
        "conditions": [outcome_record(outcome) for outcome in outcomes],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _run(run: Run) -> dict[str, object]:
    return {"id": run.id, "finished": run.finished}

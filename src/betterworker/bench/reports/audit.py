"""An audit of published figures, as text, as Markdown, and for machines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich import box
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from betterworker.bench.reports import markdown, text
from betterworker.bench.reports.grids import STYLES
from betterworker.bench.reports.rows.audit import audit_counts, audit_notes, audit_parts, audit_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import JustifyMethod, RenderableType

    from betterworker.bench.audit import Audit
    from betterworker.bench.reports.rows.audit import AuditLine, AuditPart

SCHEMA = 1
_HEADER = ("line", "block", "connections", "RPS", "verdict", "why")
_RIGHT = {"line", "connections", "RPS"}
#: These share the width that the others leave, and break their lines.
_RATIOS = {"block": 4, "why": 5}


def render_text(audit: Audit, *, colour: bool = False, width: int | None = None) -> str:
    return text.pages(_pages(audit), colour=colour, width=width)


def render_markdown(audit: Audit, *, colour: bool = False, width: int | None = None) -> str:
    """``colour`` and ``width`` change nothing."""
    del colour, width
    parts = [
        "# Published figures under the gates",
        *(block for part in audit_parts(audit) for block in _document(part)),
        *(f"- {markdown.escape(note)}" for note in audit_notes(audit)),
        f"**{markdown.escape(audit_counts(audit))}**",
    ]
    return "\n\n".join(parts) + "\n"


def render_json(audit: Audit, *, colour: bool = False, width: int | None = None) -> str:
    """One object; ``colour`` and ``width`` change nothing."""
    del colour, width
    document = {
        "schema": SCHEMA,
        "counts": dict(audit.counts),
        "invalid": audit.invalid,
        "with_errors": audit.with_errors,
        "notes": list(audit_notes(audit)),
        "blocks": [audit_record(each) for each in audit.judged],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


FORMATS: dict[str, Callable[..., str]] = {
    "text": render_text,
    "markdown": render_markdown,
    "json": render_json,
}


def _pages(audit: Audit) -> Iterator[RenderableType]:
    for part in audit_parts(audit):
        yield Text(f"\n{part.title}\n", style="bold")
        yield _grid(part)
    yield _notes(audit)
    yield Text(f"\n{audit_counts(audit)}", style="bold")


def _notes(audit: Audit) -> Padding:
    grid = Grid.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    for note in audit_notes(audit):
        grid.add_row("-", Text(note))
    return Padding(grid, (1, 0, 0, 0))


def _grid(part: AuditPart) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), pad_edge=False)
    for name in _HEADER:
        justify: JustifyMethod = "right" if name in _RIGHT else "left"
        ratio = _RATIOS.get(name)
        grid.add_column(name, justify=justify, no_wrap=ratio is None, overflow="fold", ratio=ratio)
    for line in part.lines:
        grid.add_row(*_cells(line))
    return grid


def _cells(line: AuditLine) -> Iterator[Text]:
    yield Text(line.line, style="dim")
    yield Text(line.title).append(f"\n{line.address}" if line.address else "", style="dim")
    yield Text(line.connections)
    yield Text(line.rps)
    yield Text(line.verdict, style=STYLES[line.tone])
    yield Text("\n".join(line.why))


def _document(part: AuditPart) -> tuple[str, str]:
    rows = [
        (line.line, line.title, line.address, line.connections, line.rps, line.verdict, "; ".join(line.why))
        for line in part.lines
    ]
    header = ("line", "block", "address", "connections", "RPS", "verdict", "why")
    words = {name for name in header if name not in _RIGHT}
    return f"## {markdown.escape(part.title)}", markdown.grid(header, rows, left=words)

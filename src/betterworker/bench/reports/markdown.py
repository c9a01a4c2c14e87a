"""GitHub tables, for an issue or a README."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from betterworker.bench.reports.rows import (
    Table,
    clients,
    facts,
    legend,
    notes,
    run_notes,
    setups,
    tables,
    verdicts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from betterworker.bench.model import Summary

name = "markdown"
suffix = ".md"

_SPECIAL = re.compile(r"([\\`*_\[\]|~])")


def render(summary: Summary, *, colour: bool = False, width: int | None = None) -> str:
    """A document of headings, tables and lists; ``colour`` and ``width`` change nothing."""
    del colour, width
    goodput, *others = tables(summary)
    parts = [
        "# Goodput of Django workers",
        *_list("", run_notes(summary)),
        *_table(goodput),
        *_list("Verdicts: the best of each row, and by how much", verdicts(summary)),
        *_list("Best HTTP client under each worker: new for each request, or pooled", clients(summary)),
        *_list("Legend", legend(summary)),
        *_list("Notes", notes(summary)),
        *(block for table in others for block in _table(table)),
        *_setups(setups(summary)),
        "## Study and machine",
        _pairs(facts(summary)),
    ]
    return "\n\n".join(parts) + "\n"


def _table(table: Table) -> tuple[str, ...]:
    heading = f"## {_escape(f'{table.title}: {table.about}')}"
    if not table.rows:
        return heading, "None."
    rows = [(row.title, *(cell.text for cell in row.cells)) for row in table.rows]
    return heading, _grid(("", *table.columns), rows)


def _setups(workers: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> tuple[str, ...]:
    if not workers:
        return ()
    return "## Workers", *(
        block for name, pairs in workers for block in (f"### {_escape(name)}", _pairs(pairs))
    )


def _grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = "|".join(["---", *["---:"] * (len(header) - 1)])
    return "\n".join([_line(header), f"|{rule}|", *map(_line, rows)])


def _pairs(pairs: Iterable[Sequence[str]]) -> str:
    return "\n".join([_line(("", "")), "|---|---|", *map(_line, pairs)])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_escape(cell) for cell in cells)} |"


def _list(title: str, lines: Sequence[str]) -> tuple[str, ...]:
    if not lines:
        return ()
    items = "\n".join(f"- {_escape(line)}" for line in lines)
    return (f"## {title}", items) if title else (items,)


def _escape(text: str) -> str:
    line = text.replace("\n", " ").replace("&", "&amp;").replace("<", "&lt;")
    return _SPECIAL.sub(r"\\\1", line)

"""GitHub tables, for an issue or a README."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
    evidence,
    facts,
    legend,
    notes,
    pasted,
    rules,
    run_notes,
    setups,
    tables,
    title,
    verdicts,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from betterworker.bench.model import Summary

name = "markdown"
suffix = ".md"

_SPECIAL = re.compile(r"([\\`*_\[\]|~])")


def render(summary: Summary, *, colour: bool = False, width: int | None = None) -> str:
    """A document of headings, tables and lists; ``colour`` and ``width`` change nothing."""
    del colour, width
    goodput, *others = tables(summary)
    parts = [
        f"# {escape(title(summary))}",
        *_list("", run_notes(summary)),
        *_list(f"The answer: {ANSWER}", answers(summary)),
        *_list(f"To deploy: {DEPLOY}", deploy_lines(summary)),
        *_pasted(summary),
        *_list(f"What costs this site: {COSTS}", costs_of(summary)),
        *(_table(conclusions_table(summary)) if summary.conclusions else ()),
        *_table(goodput),
        *_list("Verdicts: the best of each row, and by how much", verdicts(summary)),
        *_list("Best HTTP client under each worker: new for each request, or pooled", clients(summary)),
        *_list("Legend", legend(summary)),
        *_list("Notes", notes(summary)),
        *(block for table in others for block in _table(table)),
        *_of_workers("Conclusions: the evidence", evidence(summary)),
        *_rules(rules(summary)),
        *_of_workers("Workers", setups(summary)),
        "## Study and machine",
        _pairs(facts(summary)),
    ]
    return "\n\n".join(parts) + "\n"


def _pasted(summary: Summary) -> Iterator[str]:
    for each in pasted(summary.deployment) if summary.deployment is not None else ():
        yield f"### {escape(each.title)}"
        yield _verbatim(each.text)


def _verbatim(text: str) -> str:
    """In a fence longer than any run of backquotes in it."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _table(table: Table) -> tuple[str, ...]:
    heading = f"## {escape(f'{table.title}: {table.about}')}"
    if not table.rows:
        return heading, "None."
    rows = [(row.title, *(cell.text for cell in row.cells)) for row in table.rows]
    return heading, grid(("", *table.columns), rows)


def _rules(pairs: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return ("## Conclusions: the rules", _pairs(pairs)) if pairs else ()


def _of_workers(title: str, workers: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> tuple[str, ...]:
    if not workers:
        return ()
    return f"## {title}", *(
        block for name, pairs in workers for block in (f"### {escape(name)}", _pairs(pairs))
    )


def grid(header: Sequence[str], rows: Iterable[Sequence[str]], *, left: Container[str] | None = None) -> str:
    """``left`` are the columns of words: the first one, unless said otherwise."""
    words = header[:1] if left is None else left
    rule = "|".join("---" if name in words else "---:" for name in header)
    return "\n".join([_line(header), f"|{rule}|", *map(_line, rows)])


def _pairs(pairs: Iterable[Sequence[str]]) -> str:
    return "\n".join([_line(("", "")), "|---|---|", *map(_line, pairs)])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(escape(cell) for cell in cells)} |"


def _list(title: str, lines: Sequence[str]) -> tuple[str, ...]:
    if not lines:
        return ()
    items = "\n".join(f"- {escape(line)}" for line in lines)
    return (f"## {title}", items) if title else (items,)


def escape(text: str) -> str:
    """A text on one line, in which nothing is Markdown."""
    line = text.replace("\n", " ").replace("&", "&amp;").replace("<", "&lt;")
    return _SPECIAL.sub(r"\\\1", line)

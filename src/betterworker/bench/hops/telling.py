"""The hops as a table for a terminal."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from betterworker.bench.hops.nouns import CELLS, Facts, Part
from betterworker.bench.hops.reasons import advice, kind, short, stops, why

HEADER = ("stock\nsync", "stock\nasync", "here\nsync", "here\nasync")
LEGEND = (
    "A hop hands sync code to a thread, and waits for it. stock: Django's own ASGI handler; "
    "here: betterworker's; sync, async: the view's kind."
)


def tell(facts: Facts, *, colour: bool, width: int) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=colour, no_color=not colour, width=width, highlight=False)
    console.print(Text(_title(facts)))
    console.print()
    console.print(_table(facts))
    for line in (*stops(facts), *advice(facts), LEGEND):
        console.print()
        # Paths are to be copied: a terminal may wrap them, we do not.
        console.print(Text(line), soft_wrap=True)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _title(facts: Facts) -> str:
    return (
        f"{facts.settings}: thread hops for each request, counted with Django {facts.django}, "
        f"asgiref {facts.asgiref}, Python {facts.python}"
    )


def _table(facts: Facts) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("middleware", overflow="fold")
    table.add_column("kind", no_wrap=True)
    for name in HEADER:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("why (here, async view)")
    for row in _rows(facts):
        bold = row[0] in (_TOTAL, _THREADS)
        table.add_row(*row, style="bold" if bold else None)
    return table


_TOTAL = "hops"
_THREADS = "threads made"


def _rows(facts: Facts) -> Iterator[tuple[str, ...]]:
    names = _names([each.path for each in facts.middleware])
    yield ("(request_started)", "", *_counts(facts, "started"), "")
    for place, each in enumerate(facts.middleware):
        yield (names[place], kind(each), *_counts(facts, place), why(facts, place))
    yield ("(the view)", "", *_counts(facts, "view"), "here: a sync view with all around it")
    yield ("(close, request_finished)", "", *_counts(facts, "closing"), "")
    if others := facts.others():
        yield ("(other)", "", *_counts(facts, "other"), ", ".join(others))
    yield (_TOTAL, "", *(str(len(facts.request(*cell).hops)) for cell in CELLS), "")
    yield (_THREADS, "", *(str(facts.request(*cell).threads) for cell in CELLS), "")


def _names(paths: Sequence[str]) -> list[str]:
    """A class by its own name, where that tells which."""
    ends = Counter(short(path) for path in set(paths))
    return [short(path) if ends[short(path)] == 1 else path for path in paths]


def _counts(facts: Facts, part: Part) -> tuple[str, ...]:
    return tuple(str(len(facts.names(part, *cell)) or "·") for cell in CELLS)

"""The option that says at which numbers of connections rows are measured."""

from __future__ import annotations

import re

import click
from click.shell_completion import CompletionItem

from betterworker.bench.commands.names import completions, words

MOST = 60_000
_NUMBER = re.compile(r"[-+]?[\d._]+")

Numbers = dict[str, tuple[int, ...]]
"""A row's name or pattern -> numbers of connections, none where the usual ones are meant."""


class Sweeps(click.ParamType[Numbers]):
    """``json:sync=1,8,brotli``: rows, each with its numbers of connections or without."""

    name = "rows"

    def __init__(self, known: tuple[str, ...]) -> None:
        self.known = known

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Numbers:
        rows: Numbers = {}
        row = ""
        for word in _words(value):
            begun, equals, number = ("", "=", word) if _NUMBER.fullmatch(word) else word.partition("=")
            row = begun.strip() or row
            if not row:
                self.fail(f"{word!r} belongs to no row: write it as json:sync={number}", param, ctx)
            rows[row] = rows.get(row, ()) + ((self._count(number, param, ctx),) if equals else ())
        return rows

    def _count(self, number: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        count = int(number) if number.strip().isdecimal() else 0
        if not 1 <= count <= MOST:
            self.fail(f"{number!r} is not a number of connections from 1 to {MOST:,}", param, ctx)
        return count

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        return completions(self.known, incomplete)


def _words(value: object) -> tuple[str, ...]:
    """Of an option, or of a list in a settings file."""
    return words(",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value))

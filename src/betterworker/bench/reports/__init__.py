"""The formats a Summary can be rendered in. A new one is a module, its line here, and its test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from betterworker.bench.reports import csv, html, json, markdown, text

if TYPE_CHECKING:
    from betterworker.bench.model import Summary


class Report(Protocol):
    """What a module of this package is.

    ``suffix`` is of the file it is written to, with the dot. ``render`` returns the whole text,
    ending in one newline. ``colour`` asks for terminal colours and ``width`` (columns) for a layout
    that fits; a format without colours or columns ignores them.
    """

    name: str
    suffix: str

    def render(self, summary: Summary, *, colour: bool = False, width: int | None = None) -> str: ...


_ALL: tuple[Report, ...] = (text, markdown, html, json, csv)
REPORTS: dict[str, Report] = {report.name: report for report in _ALL}

"""One page to send to a colleague: the answer, what it rests on, and every figure to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.reports import web
from betterworker.bench.reports.html.data import data
from betterworker.bench.reports.html.view import view

if TYPE_CHECKING:
    from betterworker.bench.model import Summary

name = "html"
suffix = ".html"


def render(summary: Summary, *, colour: bool = False, width: int | None = None) -> str:
    """One file without a network, light and dark; ``colour`` and ``width`` change nothing."""
    del colour, width
    scripts = ("panel.js", "spectrum.js", "report.js")
    return web.page("report.html", data=data(summary), scripts=scripts, **view(summary))

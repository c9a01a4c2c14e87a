"""What a report is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.words import one_line

if TYPE_CHECKING:
    from betterworker.bench.model import Summary

TITLE = "Django workers, measured"


def title(summary: Summary) -> str:
    """Whose site it is, where it is not the built-in one."""
    project = summary.run.study.project
    return f"{one_line(project.name)}: {TITLE}" if project is not None else TITLE

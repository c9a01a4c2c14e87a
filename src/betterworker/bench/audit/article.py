"""The article's table (``article.csv``), a Block a figure.

Its rows are as published; beside them stands how they were made, as the article says: the connections, the
seconds a row was to run, and how long its view waits.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from betterworker.bench.audit.blocks import Block

_MADE = ("row", "connections", "duration_s", "delay_s")
ARTICLE_NOTES = (
    "A table alone does not show errors, neither timeouts nor wrong answers: fine is here what is possible.",
    "wrk's timeout of 2 s stayed on: whatever the views of 3 s and 10 s answered was late, and counted.",
    "Runs took a little longer than was asked for: what lies just under its ceiling may have reached it.",
)


def article_blocks(raw: Iterable[str], file: str) -> Iterator[Block]:
    """Row by row, worker by worker; an empty cell was not measured."""
    for line, row in enumerate(csv.DictReader(raw), start=2):
        for worker in (name for name in row if name not in _MADE and row[name]):
            yield Block(
                file=file,
                line=line,
                title=(row["row"], worker),
                connections=int(row["connections"]),
                asked_s=float(row["duration_s"]),
                seconds=float(row["duration_s"]),
                delay_s=float(row["delay_s"]) if row["delay_s"] else None,
                rps=float(row[worker]),
            )

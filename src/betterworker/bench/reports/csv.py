"""One line per cell, for spreadsheets and data frames; an empty field is a missing figure."""

from __future__ import annotations

import csv
import io

from betterworker.bench.model import Estimate, Summary
from betterworker.bench.reports.rows import record

name = "csv"
suffix = ".csv"


def render(summary: Summary, *, colour: bool = False, width: int | None = None) -> str:
    """A header and a line per cell; ``colour`` and ``width`` change nothing."""
    del colour, width
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_flat(estimate) for estimate in summary.estimates)
    return out.getvalue()


def _flat(estimate: Estimate) -> dict[str, object]:
    line: dict[str, object] = {}
    for key, value in record(estimate).items():
        if isinstance(value, dict):
            line |= {f"{key}_{member}": inner for member, inner in value.items()}
        else:
            line[key] = "; ".join(value) if isinstance(value, list) else value
    return line | {"best": "yes" if estimate.best else "no"}


COLUMNS = tuple(_flat(Estimate(worker="", scenario="", status="not_run")))

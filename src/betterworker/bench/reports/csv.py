"""One line per cell, for spreadsheets and data frames; an empty field is a missing figure."""

from __future__ import annotations

import csv
import io

from betterworker.bench.model import Comparison, Estimate, Summary
from betterworker.bench.reports.rows import record

name = "csv"
suffix = ".csv"


def render(summary: Summary, *, colour: bool = False, width: int | None = None) -> str:
    """A header and a line per cell; ``colour`` and ``width`` change nothing."""
    del colour, width
    compared = {(c.rival, c.scenario): c for standing in summary.standings for c in standing.comparisons}
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_flat(cell, compared.get((cell.worker, cell.scenario))) for cell in summary.estimates)
    return out.getvalue()


def _flat(estimate: Estimate, comparison: Comparison | None) -> dict[str, object]:
    line: dict[str, object] = {}
    for key, value in record(estimate).items():
        if isinstance(value, dict):
            line |= {f"{key}_{member}": inner for member, inner in value.items()}
        else:
            line[key] = "; ".join(value) if isinstance(value, list) else value
    return line | {"best": "yes" if estimate.best else "no"} | _against_leader(comparison)


def _against_leader(comparison: Comparison | None) -> dict[str, object]:
    """Empty for the leader itself, and for a cell that was not compared."""
    if comparison is None:
        return dict.fromkeys(("ratio_median", "ratio_low", "ratio_high", "verdict"))
    ratio = comparison.ratio
    return {
        "ratio_median": ratio.median,
        "ratio_low": ratio.low,
        "ratio_high": ratio.high,
        "verdict": comparison.verdict,
    }


COLUMNS = tuple(_flat(Estimate(worker="", scenario="", status="not_run"), None))

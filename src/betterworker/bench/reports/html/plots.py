"""Points of the scatter charts and curves: figures to place, and the texts that say them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.closed import goodput
from betterworker.bench.reports.rows.figures import MARKS, half_width
from betterworker.bench.reports.rows.sweep import curve
from betterworker.bench.reports.rows.timeline import timeline
from betterworker.bench.reports.rows.words import number, row_title

if TYPE_CHECKING:
    from betterworker.bench.model import Summary

Plot = dict[str, object]


def memory(summary: Summary) -> list[Plot]:
    """By row: worker, peak memory (MB), goodput (RPS), and both as texts."""
    rows: defaultdict[str, list[list[object]]] = defaultdict(list)
    for each in summary.estimates:
        if each.goodput is not None and each.peak_pss_mb is not None:
            place = summary.run.study.workers.index(each.worker)
            texts = (number(each.peak_pss_mb), goodput(each))
            rows[each.scenario].append([place, _short(each.peak_pss_mb), _short(each.goodput.median), *texts])
    return [{"key": key, "title": row_title(key), "dots": dots} for key, dots in rows.items()]


def connections(summary: Summary) -> list[Plot]:
    """By row that was swept: worker -> connections, goodput, its text."""
    workers = summary.run.study.workers
    rows = dict.fromkeys(each.scenario for each in summary.swept)
    return [
        {
            "key": row,
            "title": row_title(row),
            "lines": {
                place: points
                for place, worker in enumerate(workers)
                if (points := _curve(summary, worker, row))
            },
        }
        for row in rows
    ]


def _curve(summary: Summary, worker: str, row: str) -> list[list[object]]:
    return [
        [count, _short(figure.median), f"{number(figure.median)}{half_width(figure)}{MARKS.get(status, '')}"]
        for count, figure, status in curve(summary, worker, row)
    ]


def windows(summary: Summary) -> Plot:
    """Every window: minute, worker, row, block, RPS, over its median, state, twin, steal, others' CPUs."""
    workers, rows = summary.run.study.workers, summary.run.study.scenarios
    return {
        "rows": [row_title(row) for row in rows],
        "dots": [
            [
                round(dot.minute, 2),
                workers.index(dot.worker),
                rows.index(dot.row),
                dot.block,
                _short(dot.rps),
                None if dot.relative is None else _short(dot.relative),
                dot.state,
                int(dot.twin),
                None if dot.steal is None else _short(dot.steal),
                None if dot.others_cpu is None else _short(dot.others_cpu),
            ]
            for dot in timeline(summary)
        ],
    }


def _short(value: float) -> float:
    """With no more digits than words.number shows."""
    return round(value) if value >= 99.95 else float(f"{value:.4g}")

"""What the page's charts and panels draw on: thin, each text as every other report has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from betterworker.bench.reports.html.plots import connections, memory, windows
from betterworker.bench.reports.rows.anchors import cell_anchor
from betterworker.bench.reports.rows.notes import sentence
from betterworker.bench.reports.rows.panels import Panel, panels
from betterworker.bench.reports.rows.spectrum import PERCENTILES, spectra

if TYPE_CHECKING:
    from betterworker.bench.model import Summary
    from betterworker.bench.reports.rows.spectrum import Spectrum


def data(summary: Summary) -> dict[str, object]:
    """Plain values. Workers, names of figures, findings and logs are written once, and told by number."""
    workers = summary.run.study.workers
    names, findings, logs = Pool(), Pool(), Pool()
    cells = {
        cell_anchor(each.row, each.worker): _cell(each, workers.index(each.worker), names, findings, logs)
        for each in panels(summary)
    }
    return {
        "workers": workers,
        "percentiles": PERCENTILES,
        "spectra": [_spectrum(each, workers) for each in spectra(summary)],
        "memory": memory(summary),
        "connections": connections(summary),
        "windows": windows(summary),
        "cells": cells,
        "names": names.texts,
        "findings": [text.split("\n", 2) for text in findings.texts],
        "logs": logs.texts,
    }


@dataclass(frozen=True, slots=True)
class Pool:
    """Texts by number, each once."""

    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers))

    @property
    def texts(self) -> list[str]:
        return list(self.numbers)


def _cell(panel: Panel, worker: int, names: Pool, findings: Pool, logs: Pool) -> list[object]:
    found = [
        findings.number(f"{each.severity}\n{each.gate.replace('_', ' ')}\n{sentence(each)}")
        for each in panel.findings
    ]
    pairs = [[names.number(name), value] for name, value in panel.pairs]
    log = [logs.number(panel.log)] if panel.log else []
    return [worker, panel.title, panel.status, pairs, found, log]


def _spectrum(each: Spectrum, workers: tuple[str, ...]) -> dict[str, object]:
    lines = {workers.index(worker): list(map(_thin, line)) for worker, line in each.lines.items()}
    return {"key": each.key, "title": each.title, "kind": each.kind, "lines": lines}


def _thin(value: float | None) -> float | None:
    """With no more digits than words.number shows, or than the histogram holds."""
    return value if value is None or value < 99.95 else round(value)

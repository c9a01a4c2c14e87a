"""Everything of one cell, as names and values: what a link to a cell opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.details import of_estimate, of_paced
from betterworker.bench.reports.rows.words import lines, one_line, point_title, row_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from betterworker.bench.model import Estimate, Finding, Paced, Run, Status, Summary

Key = tuple[str, str]
"""Worker and row."""
LOG_LINES = 30

STATUSES: Mapping[Status, str] = {
    "ok": "measured",
    "at_ceiling": "at the ceiling",
    "generator_limited": "limited by the load's side: a lower bound",
    "saturated": "saturated: it did not keep up with the rate",
    "invalid": "invalid: no figure is published",
    "failed": "fails",
    "not_run": "not measured",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One worker × row. ``row`` is ``json:sync`` or ``json:sync@50%``; ``log`` the end of a failure's."""

    worker: str
    row: str
    title: str
    status: str
    pairs: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...] = ()
    log: str = ""


def panels(summary: Summary) -> tuple[Panel, ...]:
    """Of every cell of the closed loop, then of the open one."""
    logs = _logs(summary.run)
    return (*_closed(summary, logs), *(_open(each, logs) for each in summary.paced))


def _closed(summary: Summary, logs: Mapping[Key, str]) -> Iterator[Panel]:
    raised, connections = _raised(summary.run), summary.run.study.connections
    standings = {standing.scenario: standing for standing in summary.standings}
    for each in summary.estimates:
        key = each.worker, each.scenario
        pairs = [*of_estimate(each, standings.get(each.scenario))]
        if each.scenario in connections:
            pairs.append(("Connections", f"{connections[each.scenario]:,}"))
        if key in raised:
            pairs.append(("Last exception", raised[key]))
        yield _panel(each, each.scenario, row_title(each.scenario), tuple(pairs), logs)


def _open(each: Paced, logs: Mapping[Key, str]) -> Panel:
    row = f"{each.scenario}@{each.point}"
    title = point_title(each.scenario, each.point, each.rate)
    return _panel(each, row, title, tuple(of_paced(each)), logs)


def _panel(
    cell: Estimate | Paced, row: str, title: str, pairs: tuple[tuple[str, str], ...], logs: Mapping[Key, str]
) -> Panel:
    return Panel(
        worker=cell.worker,
        row=row,
        title=title,
        status=STATUSES[cell.status],
        pairs=pairs,
        findings=cell.findings,
        log=logs.get((cell.worker, row), ""),
    )


def _logs(run: Run) -> dict[Key, str]:
    """The end of the last failure's log."""
    return {
        (result.trial.worker, result.trial.row): _end(result.failure.log_tail)
        for result in run.results
        if result.failure is not None and result.failure.log_tail
    }


def _end(log: str) -> str:
    kept = [line.rstrip() for line in lines(log).splitlines()]
    return "\n".join(kept[-LOG_LINES:]).strip("\n")


def _raised(run: Run) -> dict[Key, str]:
    return {
        (result.trial.worker, result.trial.row): one_line(result.sample.raised)
        for result in run.results
        if result.sample is not None and result.sample.raised
    }

"""The HTTP clients alone: a table, verdicts, and the same for machines."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from betterworker.bench import carriers
from betterworker.bench.model import Estimate
from betterworker.bench.reports import text
from betterworker.bench.reports.rows.figures import half_width
from betterworker.bench.reports.rows.record import standing_record
from betterworker.bench.reports.rows.table import NOTHING, Row, Table
from betterworker.bench.reports.rows.table import Cell as Shown
from betterworker.bench.reports.rows.verdicts import verdict
from betterworker.bench.reports.rows.words import joined, number, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from betterworker.bench.clientlab.judged import Cell, Judged
    from betterworker.bench.model import Standing

SCHEMA = 1
FORKED = (
    f"requests is carried by {carriers.FORK} here, not by urllib3: niquests brought it, and it takes "
    f"urllib3's place for every package. To have both: {carriers.MEND}"
)


def client_title(key: str) -> str:
    """``httpx-pooled:async`` -> ``httpx pooled async``."""
    return key.replace("-", " ").replace(":", " ")


def render(judged: Judged, *, colour: bool = False, width: int | None = None) -> str:
    asked = judged.measured.asked
    about = (
        "right answers per second, and milliseconds of the client's CPU for each; "
        f"27 kB, read in whole, from this machine after {1000 * asked.latency_s:g} ms"
    )
    table = Table(
        title="HTTP clients alone", about=about, columns=_columns(judged), rows=tuple(_rows(judged))
    )
    lists = (("Verdicts", _verdicts(judged)), ("Notes", _notes(judged)))
    return text.sheet(table, lists, colour=colour, width=width)


def _columns(judged: Judged) -> tuple[str, ...]:
    return tuple(each.title for each in judged.measured.asked.situations())


def _rows(judged: Judged) -> Iterator[Row]:
    measured = judged.measured
    names = [each.name for each in measured.asked.situations()]
    for client in measured.asked.clients:
        if client not in measured.skipped:
            cells = (judged.cells.get((client, name)) for name in names)
            yield Row(title=client_title(client), cells=tuple(map(_cell, cells)))


def _cell(cell: Cell | None) -> Shown:
    if cell is None:
        return NOTHING
    if cell.rate is None or cell.cpu_ms is None:
        return Shown(
            text=f"{sum(cell.errors.values()):,} of {cell.requests:,} wrong", tone="bad", figure=False
        )
    return Shown(text=f"{number(cell.rate.median)}{half_width(cell.rate)}\n{number(cell.cpu_ms)} ms")


def _verdicts(judged: Judged) -> Iterator[str]:
    for situation in judged.measured.asked.situations():
        row = [
            Estimate(
                worker=client_title(cell.client), scenario=situation.name, status="ok", goodput=cell.rate
            )
            for cell in judged.cells.values()
            if cell.situation == situation.name and cell.rate is not None
        ]
        if row:
            yield f"{situation.title}: {verdict(row, _titled(judged.standings[situation.name]))}"


def _titled(standing: Standing) -> Standing:
    comparisons = tuple(replace(each, rival=client_title(each.rival)) for each in standing.comparisons)
    leader = None if standing.leader is None else client_title(standing.leader)
    return replace(standing, leader=leader, comparisons=comparisons)


def _notes(judged: Judged) -> Iterator[str]:
    measured = judged.measured
    for client, why in (*measured.skipped.items(), *measured.failed.items()):
        yield f"{client_title(client)}: {one_line(why)}"
    for cell in judged.cells.values():
        for reason, count in cell.errors.items():
            yield f"{client_title(cell.client)}, {cell.situation}: {count:,} × {one_line(reason)}"
    yield from _fewer(judged)
    yield ", ".join(
        f"{name} {version}{_carried(measured.carriers, name)}" for name, version in measured.versions.items()
    )
    if any(map(carriers.is_fork, measured.carriers.values())):
        yield FORKED


def _carried(by_client: Mapping[str, str], name: str) -> str:
    found = {carrier for key, carrier in by_client.items() if key.startswith(name)}
    return f" on {' and '.join(sorted(found))}" if found else ""


def _fewer(judged: Judged) -> Iterator[str]:
    """Who sent fewer requests than asked for."""
    asked = judged.measured.asked
    sent = [cell for cell in judged.cells.values() if cell.requests < asked.whole * asked.blocks]
    if sent:
        low, high = (f"{end(cell.requests for cell in sent):,}" for end in (min, max))
        clients = dict.fromkeys(cell.client for cell in sent)
        named = (
            "every client" if len(clients) == len(asked.clients) else joined(list(map(client_title, clients)))
        )
        counts = low if low == high else f"{low} to {high}"
        yield f"{counts} requests in a situation instead of {asked.requests:,} (see --time): {named}"


def as_json(judged: Judged) -> str:
    measured = judged.measured
    document = {
        "schema": SCHEMA,
        "asked": asdict(measured.asked),
        "situations": [asdict(each) for each in measured.asked.situations()],
        "cells": [
            {
                "client": cell.client,
                "situation": cell.situation,
                "requests": cell.requests,
                "errors": dict(cell.errors),
                "rate_rps": asdict(cell.rate) if cell.rate else None,
                "cpu_ms": cell.cpu_ms,
            }
            for cell in judged.cells.values()
        ],
        "standings": [_standing(judged, each.name) for each in measured.asked.situations()],
        "skipped": dict(measured.skipped),
        "failed": dict(measured.failed),
        "versions": dict(measured.versions),
        "carriers": dict(measured.carriers),
    }
    return json.dumps(document, indent=2)


def _standing(judged: Judged, situation: str) -> dict[str, object]:
    found = standing_record(judged.standings[situation])
    return {
        "situation": situation,
        **{key: found[key] for key in ("leader", "blocks", "comparisons")},
    }

"""The best HTTP client under each worker, in words and as plain values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.record import standing_record
from betterworker.bench.reports.rows.verdicts import verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from betterworker.bench.model import ClientStanding, Estimate, Standing, Summary


def clients(summary: Summary) -> tuple[str, ...]:
    """A line for each worker and mode: ``uvicorn, async: aiohttp pooled beats httpx pooled by 1.8x …``."""
    cells: dict[tuple[str, str], Estimate] = {
        (each.worker, each.scenario): each for each in summary.estimates if each.goodput is not None
    }
    names = summary.run.study.clients
    return tuple(f"{each.worker}, {each.mode}: {_verdict(each, cells, names)}" for each in summary.clients)


def client_record(each: ClientStanding, names: Mapping[str, str]) -> dict[str, object]:
    """A standing with its worker, the clients by their names. There is no second server for an A/A."""
    standing = standing_record(_named(each.standing, names))
    kept = {key: value for key, value in standing.items() if key not in ("scenario", "aa")}
    return {"worker": each.worker, **kept}


def _verdict(
    each: ClientStanding, cells: Mapping[tuple[str, str], Estimate], names: Mapping[str, str]
) -> str:
    # The mark is of the best worker of a row, which is another question.
    row = [
        replace(cells[each.worker, key], worker=name, best=False)
        for key, name in names.items()
        if key.endswith(f":{each.mode}") and (each.worker, key) in cells
    ]
    return verdict(row, _named(each.standing, names))


def _named(standing: Standing, names: Mapping[str, str]) -> Standing:
    comparisons = tuple(
        replace(each, leader=names[each.leader], rival=names[each.rival]) for each in standing.comparisons
    )
    leader = None if standing.leader is None else names[standing.leader]
    return replace(standing, leader=leader, comparisons=comparisons)

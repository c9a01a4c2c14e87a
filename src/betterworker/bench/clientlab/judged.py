"""What the clients' blocks amount to: figures with intervals, and who beats whom in each situation. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from betterworker.bench.clientlab.session import Block, Measured
from betterworker.bench.judge.row import row
from betterworker.bench.judge.verdicts import comparisons
from betterworker.bench.judge.windows import Windows
from betterworker.bench.model import Interval, Standing
from betterworker.bench.stats import CONFIDENCE, Window, interval, pooled_log_sd

MARGIN = 0.03
#: Over this share of errors a figure is not published.
MOST_ERRORS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One client in one situation. ``rate`` is right answers per second, ``cpu_ms`` the milliseconds of CPU
    that its process used for a request; both None where too many went wrong."""

    client: str
    situation: str
    requests: int
    errors: Mapping[str, int]
    rate: Interval | None
    cpu_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """``cells`` by client and situation; ``standings`` by situation, clients in the place of workers."""

    measured: Measured
    cells: Mapping[tuple[str, str], Cell]
    standings: Mapping[str, Standing]

    @property
    def complete(self) -> bool:
        """Whether every client that was begun has all its figures."""
        return not self.measured.failed and all(cell.rate is not None for cell in self.cells.values())


def judge(measured: Measured) -> Judged:
    by_cell: dict[tuple[str, str], list[Block]] = {}
    for block in measured.blocks:
        if block.client not in measured.failed:
            by_cell.setdefault((block.client, block.situation), []).append(block)
    cells = {key: _cell(key, blocks) for key, blocks in by_cell.items()}
    names = [each.name for each in measured.asked.situations()]
    return Judged(
        measured=measured,
        cells=cells,
        standings={
            name: _standing(
                name,
                {
                    client: by_cell[client, name]
                    for client in measured.asked.clients
                    if (client, name) in cells and cells[client, name].rate is not None
                },
            )
            for name in names
        },
    )


def _cell(key: tuple[str, str], blocks: Sequence[Block]) -> Cell:
    errors: Counter[str] = Counter()
    for block in blocks:
        errors.update(block.done.errors)
    ok = sum(block.done.ok for block in blocks)
    requests = ok + errors.total()
    published = errors.total() <= MOST_ERRORS * requests
    rates = [block.done.ok / block.done.seconds for block in blocks]
    return Cell(
        client=key[0],
        situation=key[1],
        requests=requests,
        errors=dict(errors),
        rate=interval(rates, pooled_log_sd([rates])) if published else None,
        cpu_ms=1000 * sum(block.done.cpu_s for block in blocks) / requests if published else None,
    )


def _standing(situation: str, clients: Mapping[str, Sequence[Block]]) -> Standing:
    """Ratios are paired by block."""
    windows = Windows()
    for client, blocks in clients.items():
        windows.workers[client] = {
            (block.number, 0): Window(completed=block.done.ok, seconds=block.done.seconds) for block in blocks
        }
    judged = row(windows, dict.fromkeys(clients, "ok"))
    count = max((len(blocks) for blocks in clients.values()), default=0)
    if judged is None:
        return Standing(scenario=situation, leader=None, blocks=count)
    told = comparisons(judged, scenario=situation, level=1 - CONFIDENCE, margin=MARGIN, blocks_per_round=1)
    return Standing(scenario=situation, leader=judged.leader, comparisons=told, blocks=count)

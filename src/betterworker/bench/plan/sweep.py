"""Throughput against connections: closed rows at other numbers of connections than their own."""

from __future__ import annotations

import random

from betterworker.bench.model.points import crowd
from betterworker.bench.plan import trials
from betterworker.bench.plan.book import Book
from betterworker.bench.plan.measured import measured
from betterworker.bench.plan.steps import Block, Steps


def swept_rows(book: Book, block: int, rng: random.Random) -> Steps:
    """What a round holds of them: a block for every number of every row."""
    sweeps = [(row, count) for row, counts in book.study.sweeps.items() for count in counts]
    for row, connections in rng.sample(sweeps, len(sweeps)):
        if planned := _block(book, row, connections, block, rng):
            yield from measured(book, planned)


def _block(book: Book, row: str, connections: int, block: int, rng: random.Random) -> Block:
    """Every worker that can serve it, losers of the row among them: a curve is no contest."""
    slots, rates = book.able_at(row, crowd(connections)), book.rates(row)
    cycles = {slot: trials.cycle_s(book.study, row, connections, rates.get(slot)) for slot in slots}
    return tuple(
        trials.swept(book.study, slot, row, connections, cycles[slot], round_=book.rounds, block=block)
        for slot in rng.sample(slots, len(slots))
    )

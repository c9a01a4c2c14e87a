"""The closed-loop rows: rounds of live servers, blocks in random order, looks, early dropping."""

from __future__ import annotations

import random
from collections.abc import Sequence

from betterworker.bench.model import twin_of
from betterworker.bench.plan import trials
from betterworker.bench.plan.book import Book
from betterworker.bench.plan.groups import groups
from betterworker.bench.plan.measured import measured
from betterworker.bench.plan.steps import Block, Steps


def closed_rows(book: Book) -> Steps:
    """Rounds until every row is settled or has its most blocks. Servers are restarted between rounds."""
    while rows := book.open_rows():
        book.rounds += 1
        yield from _round(book, rows)


def _round(book: Book, rows: Sequence[str]) -> Steps:
    rng = random.Random(f"{book.study.seed}/{book.rounds}")
    order = rng.sample(rows, len(rows))
    leaders = {scenario: book.leader(scenario) for scenario in order}
    parts = _parts(book, order)
    first = {scenario: book.blocks[scenario] + 1 for scenario in order}
    counts = {scenario: book.blocks_now(scenario) for scenario in order}
    for number, part in enumerate(parts):
        for scenario in order:
            for block in range(first[scenario], first[scenario] + counts[scenario]):
                slots = _members(book, scenario, part, leaders[scenario], alone=len(parts) == 1)
                if slots:
                    yield from measured(book, _block(book, scenario, slots, block, number, rng))
            if number == len(parts) - 1:
                book.blocks[scenario] += counts[scenario]
                book.look(scenario)


def _parts(book: Book, rows: Sequence[str]) -> list[list[str]]:
    live = [slot for slot in book.study.workers if any(slot in book.contenders(row) for row in rows)]
    return groups(live, book.peak_pss_mb(), book.study.memory_mb)


def _members(book: Book, scenario: str, part: Sequence[str], leader: str | None, *, alone: bool) -> list[str]:
    """Who is measured in this part of a block: its contenders, the leader, and the leader's twin.

    A part that would hold the leader alone tells nothing, unless there is no other part.
    """
    contenders = book.contenders(scenario)
    slots = [slot for slot in contenders if slot in part]
    if leader not in contenders:
        leader = book.leader(scenario)
    if leader is None or (not alone and not set(slots) - {leader} and contenders != [leader]):
        return []
    return list(dict.fromkeys((*slots, leader, twin_of(leader))))


def _block(
    book: Book, scenario: str, slots: Sequence[str], block: int, group: int, rng: random.Random
) -> Block:
    return tuple(
        trials.closed(book.study, slot, scenario, round_=book.rounds, block=block, group=group)
        for slot in rng.sample(slots, len(slots))
    )

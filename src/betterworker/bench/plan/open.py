"""After the capacities are known: the rest of each worker's load curve, and mixed traffic."""

from __future__ import annotations

import random
from collections.abc import Mapping

from betterworker.bench.model.points import ALONE, MIXED
from betterworker.bench.pacing import paced_rates
from betterworker.bench.plan import trials
from betterworker.bench.plan.book import Book
from betterworker.bench.plan.measured import measured
from betterworker.bench.plan.steps import Steps
from betterworker.bench.plan.sweep import swept_rows


def load_curves(book: Book) -> Steps:
    """A block visits every worker at one point of its load curve; a round all points of all rows.

    Other numbers of connections come last in a round, when the servers live anyway: a crowd may kill one.
    """
    study = book.study
    rates = {row: paced_rates(book.peaks(row), study.paces.rate) for row in study.paces.scenarios}
    points = [(row, point) for row, of_row in rates.items() for point in of_row]
    for block in range(1, study.paces.blocks + 1 if points or study.sweeps else 1):
        rng = _new_round(book)
        for row, point in rng.sample(points, len(points)):
            yield from _visit(book, row, point, rates[row][point], block, rng)
        yield from swept_rows(book, block, rng)


def _visit(
    book: Book, row: str, point: str, rates: Mapping[str, float], block: int, rng: random.Random
) -> Steps:
    slots = [slot for slot in book.able(row) if slot in rates]
    if slots:
        yield from measured(
            book,
            tuple(
                trials.paced(book.study, slot, row, point, rates[slot], round_=book.rounds, block=block)
                for slot in rng.sample(slots, len(slots))
            ),
        )


def mixed_rows(book: Book) -> Steps:
    """Fast requests beside slow ones, and the fast ones alone at the same rate."""
    study = book.study
    visits = [
        (row, point, rate)
        for row, (fast, slow) in study.mixes.items()
        for point, rate in ((MIXED, fast + slow), (ALONE, fast))
    ]
    for block in range(1, study.paces.blocks + 1 if visits else 1):
        rng = _new_round(book)
        for row, point, rate in rng.sample(visits, len(visits)):
            yield from _mixed(book, row, point, rate, block, rng)


def _mixed(book: Book, row: str, point: str, rate: float, block: int, rng: random.Random) -> Steps:
    slots = book.able(row)
    if slots:
        yield from measured(
            book,
            tuple(
                trials.mixed(book.study, slot, row, point, rate, round_=book.rounds, block=block)
                for slot in rng.sample(slots, len(slots))
            ),
        )


def _new_round(book: Book) -> random.Random:
    book.rounds += 1
    return random.Random(f"{book.study.seed}/{book.rounds}")

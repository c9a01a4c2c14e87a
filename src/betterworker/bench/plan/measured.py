"""A block, and its one repetition where the machine was disturbed."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from betterworker.bench.disturbance import disturbed
from betterworker.bench.model import Result, Trial
from betterworker.bench.plan.book import Book

Block = tuple[Trial, ...]


def measured(book: Book, block: Block) -> Generator[Block, Sequence[Result], Sequence[Result]]:
    """Yields the block, and once more where `disturbance.disturbed` says so; returns what counts."""
    before = tuple(book.results)
    results = yield block
    book.add(results)
    if disturbed(results, before):
        results = yield tuple(replace(trial, attempt=2) for trial in block if _can_go_on(book, trial))
        book.add(results)
    return results


def _can_go_on(book: Book, trial: Trial) -> bool:
    return (trial.worker, trial.scenario) not in book.gone

"""A block, and its one repetition where the machine was disturbed."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from betterworker.bench.disturbance import disturbed
from betterworker.bench.model import Result, Trial
from betterworker.bench.plan.book import Book, measured_as
from betterworker.bench.plan.steps import Block


def measured(book: Book, block: Block) -> Generator[Block, Sequence[Result], Sequence[Result]]:
    """Yields the block, and once more where `disturbance.disturbed` says so; returns what counts."""
    results = yield block
    reason = disturbed(results, book.results)
    book.add(results)
    if reason is not None:
        results = yield tuple(replace(trial, attempt=2) for trial in block if _can_go_on(book, trial))
        book.add(results)
    return results


def _can_go_on(book: Book, trial: Trial) -> bool:
    return not {(trial.worker, trial.scenario), (trial.worker, measured_as(trial))} & book.gone

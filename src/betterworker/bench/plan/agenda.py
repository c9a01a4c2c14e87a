"""The order of a study: closed-loop rows, then what needs their capacities."""

from __future__ import annotations

from collections.abc import Sequence

from betterworker.bench.model import Result, Study
from betterworker.bench.plan.book import Book
from betterworker.bench.plan.closed import closed_rows
from betterworker.bench.plan.forecast import most_s
from betterworker.bench.plan.open import load_curves, mixed_rows
from betterworker.bench.plan.probes import objective_rows
from betterworker.bench.plan.steps import Block, Steps


class Agenda:
    """``block`` is what to measure next, None at the end; ``learn`` takes the results of that block."""

    def __init__(self, study: Study) -> None:
        self.book = Book(study)
        self._steps = _steps(self.book)
        self.block: Block | None = next(self._steps, None)

    def learn(self, results: Sequence[Result]) -> None:
        try:
            self.block = self._steps.send(results)
        except StopIteration:
            self.block = None

    def most_s(self) -> float:
        """The most seconds that the rest can take: rows may settle, and workers be dropped, before."""
        return most_s(self.book) if self.block else 0.0


def _steps(book: Book) -> Steps:
    yield from closed_rows(book)
    yield from load_curves(book)
    yield from mixed_rows(book)
    yield from objective_rows(book)

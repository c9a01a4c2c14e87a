"""The highest rate that keeps an objective: probes of all workers in turn, each worker its own search."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from betterworker.bench.model import Result, Trial
from betterworker.bench.objective import Objective, max_backlog, parse
from betterworker.bench.plan import trials
from betterworker.bench.plan.book import Book
from betterworker.bench.plan.steps import Steps
from betterworker.bench.search import Found, next_rate

#: A probe's window holds at least so many requests, as far as this many seconds allow.
PROBE_REQUESTS = 500
LONGEST_PROBE_S = 5.0


def objective_rows(book: Book) -> Steps:
    """Row by row; a block holds the next probe of every worker whose search goes on."""
    paces = book.study.paces
    if paces.objective is None:
        return
    objective = parse(paces.objective)
    for row in paces.scenarios:
        book.rounds += 1
        yield from _row(book, row, objective)


def _row(book: Book, row: str, objective: Objective) -> Steps:
    peaks = book.peaks(row)
    probes: dict[str, list[Result]] = {slot: [] for slot in book.able(row) if slot in peaks}
    rng = random.Random(f"{book.study.seed}/{row}")
    block = 0
    while rates := _next_rates(objective, peaks, probes):
        block += 1
        slots = rng.sample(list(rates), len(rates))
        results = yield tuple(_probe(book, slot, row, rates[slot], objective, block) for slot in slots)
        book.add(results)
        for result in results:
            probes[result.trial.worker].append(result)


def _next_rates(
    objective: Objective, peaks: Mapping[str, float], probes: Mapping[str, Sequence[Result]]
) -> dict[str, float]:
    steps = {slot: next_rate(objective, peaks[slot], done) for slot, done in probes.items()}
    return {slot: step for slot, step in steps.items() if not isinstance(step, Found)}


def _probe(book: Book, slot: str, row: str, rate: float, objective: Objective, block: int) -> Trial:
    study = book.study
    window_s = min(max(study.paces.window_s, PROBE_REQUESTS / rate), LONGEST_PROBE_S)
    return trials.paced(
        study,
        slot,
        row,
        "objective",
        rate,
        round_=book.rounds,
        block=block,
        window_s=window_s,
        max_backlog=max_backlog(objective, rate=rate, window_s=window_s, timeout_s=study.timeouts[row]),
    )

"""The most time that the rest of a study can take, for telling a person who waits."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from betterworker.bench.model import Study
from betterworker.bench.model.points import COMMON, MIXED, MIXES, STEADY, crowd
from betterworker.bench.plan import trials
from betterworker.bench.plan.book import Book

#: A search takes about so many probes: three to bracket, four to bisect, up to three at each rate.
PROBES = 14
#: Of a light view under one process, before anything was measured.
USUAL_RPS = 1000.0


def most_s(book: Book) -> float:
    """Seconds; searches for an objective are guessed, the rest is an upper bound at the planned pace."""
    study = book.study
    closed = sum(_closed_s(book, scenario) for scenario in book.open_rows())
    paced = sum(_left(book, row, STEADY) * _paced_s(book, row) for row in study.paces.scenarios)
    swept = sum(_swept_s(book, row, count) for row, counts in study.sweeps.items() for count in counts)
    mixed = sum(_left(book, row, MIXES) * _mixed_s(book, row) for row in study.mixes)
    search = 0.0
    if study.paces.objective is not None and not _seen(book, "objective"):
        search = sum(_search_s(book, row) for row in study.paces.scenarios)
    return closed + paced + swept + mixed + search


def _left(book: Book, row: str, points: Sequence[str]) -> int:
    """How many visits of a row at one of these points are still to come."""
    done = {visit for point in points for visit in _seen(book, point) if visit[0] == row}
    return max(len(points) * book.study.paces.blocks - len(done), 0)


def _seen(book: Book, point: str) -> set[tuple[str, str, int]]:
    trials_seen = (result.trial for result in book.results)
    return {(trial.scenario, point, trial.block) for trial in trials_seen if trial.point == point}


def _closed_s(book: Book, scenario: str) -> float:
    study = book.study
    blocks = study.looks[scenario][-1] - book.blocks[scenario]
    slots = len(book.contenders(scenario)) + 1
    trial = trials.closed(study, "", scenario, round_=1, block=1)
    rounds = blocks / study.blocks_per_round[scenario]
    starts = slots * rounds * trials.START_S / max(len(book.open_rows()), 1)
    return blocks * slots * trials.expected_s(trial, study.delays[scenario]) + starts


def _paced_s(book: Book, row: str) -> float:
    trial = trials.paced(book.study, "", row, COMMON, 1.0, round_=1, block=1)
    return len(book.able(row)) * trials.expected_s(trial, book.study.delays[row])


def _swept_s(book: Book, row: str, connections: int) -> float:
    study, point = book.study, crowd(connections)
    rates = book.rates(row) if book.rows[row] else dict.fromkeys(study.workers, _usual_rps(study, row))
    cycles = (trials.cycle_s(study, row, connections, rates.get(slot)) for slot in book.able_at(row, point))
    return _left(book, row, (point,)) * sum(_crowd_s(study, row, connections, cycle_s) for cycle_s in cycles)


def _crowd_s(study: Study, row: str, connections: int, cycle_s: float) -> float:
    """One window with the drain of its crowd."""
    trial = trials.swept(study, "", row, connections, cycle_s, round_=1, block=1)
    return trials.expected_s(trial, study.delays[row]) + cycle_s


def _usual_rps(study: Study, row: str) -> float:
    """Before a row was measured: as much as its delay allows."""
    delay_s = study.delays[row]
    return study.connections[row] / delay_s if delay_s else USUAL_RPS


def _mixed_s(book: Book, row: str) -> float:
    trial = trials.mixed(book.study, "", row, MIXED, 1.0, round_=1, block=1)
    return len(book.able(row)) * trials.expected_s(trial, book.study.delays[row])


def _search_s(book: Book, row: str) -> float:
    trial = trials.paced(book.study, "", row, "objective", 1.0, round_=1, block=1)
    return PROBES * len(book.able(row)) * trials.expected_s(trial, book.study.delays[row])


def whole_s(study: Study, gone: Collection[tuple[str, str]] = ()) -> float:
    """The most a whole study can take; ``gone`` are the slots and scenarios that are known to fail."""
    return most_s(Book(study, gone=set(gone)))

"""The most time that the rest of a study can take, for telling a person who waits."""

from __future__ import annotations

from collections.abc import Iterable

from betterworker.bench.model import Study
from betterworker.bench.plan import trials
from betterworker.bench.plan.book import Book

POINTS = 3
MIXED_POINTS = 2
#: A search takes about so many probes: three to bracket, four to bisect, up to three at each rate.
PROBES = 14


def most_s(book: Book) -> float:
    """Seconds; searches for an objective are guessed, the rest is an upper bound at the planned pace."""
    study = book.study
    done = {(result.trial.scenario, result.trial.point) for result in book.results if result.trial.point}
    closed = sum(_closed_s(book, scenario) for scenario in book.open_rows())
    paced = sum(_paced_s(book, row) for row in study.paces.scenarios) * _left(book, study.paces.scenarios)
    mixed = sum(_mixed_s(book, row) for row in study.mixes) * _left(book, study.mixes)
    search = 0.0
    if study.paces.objective is not None and not any(point == "objective" for _, point in done):
        search = sum(_search_s(book, row) for row in study.paces.scenarios)
    return closed + paced + mixed + search


def _left(book: Book, rows: Iterable[str]) -> float:
    """Which part of the open-loop blocks of these rows is still to come."""
    wanted = set(rows)
    rounds = {
        result.trial.round
        for result in book.results
        if result.trial.scenario in wanted and result.trial.point not in ("", "objective")
    }
    return max(book.study.paces.blocks - len(rounds), 0)


def _closed_s(book: Book, scenario: str) -> float:
    study = book.study
    blocks = study.looks[scenario][-1] - book.blocks[scenario]
    slots = len(book.contenders(scenario)) + 1
    trial = trials.closed(study, "", scenario, round_=1, block=1)
    rounds = blocks / study.blocks_per_round[scenario]
    starts = slots * rounds * trials.START_S / max(len(book.open_rows()), 1)
    return blocks * slots * trials.expected_s(trial, study.delays[scenario]) + starts


def _paced_s(book: Book, row: str) -> float:
    trial = trials.paced(book.study, "", row, "common", 1.0, round_=1, block=1)
    return POINTS * len(book.able(row)) * trials.expected_s(trial, book.study.delays[row])


def _mixed_s(book: Book, row: str) -> float:
    trial = trials.mixed(book.study, "", row, "mixed", 1.0, round_=1, block=1)
    return MIXED_POINTS * len(book.able(row)) * trials.expected_s(trial, book.study.delays[row])


def _search_s(book: Book, row: str) -> float:
    trial = trials.paced(book.study, "", row, "objective", 1.0, round_=1, block=1)
    return PROBES * len(book.able(row)) * trials.expected_s(trial, book.study.delays[row])


def whole_s(study: Study) -> float:
    """The most a whole study can take, before anything is known of its workers."""
    return most_s(Book(study))

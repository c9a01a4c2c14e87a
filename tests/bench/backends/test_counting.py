from __future__ import annotations

import threading
from collections.abc import Iterator

from betterworker.bench.backends.counting import Counter
from tests.patience import PATIENCE_S


class Database:
    """Has so many connections, one reading after the other; then it stays at the last."""

    def __init__(self, *readings: int | None) -> None:
        self.readings: Iterator[int | None] = iter(readings)
        self.last: int | None = None
        self.names: set[str] = set()
        self.read_all = threading.Event()

    def __call__(self, name: str) -> int:
        self.names.add(name)
        try:
            self.last = next(self.readings)
        except StopIteration:
            self.read_all.set()
        if self.last is None:
            raise ConnectionError("gone")
        return self.last


def counted(database: Database, name: str = "server") -> int | None:
    counter = Counter(database, every_s=0.001)
    counter.begin(name)
    assert database.read_all.wait(PATIENCE_S)
    return counter.end()


def test_the_peak_is_told() -> None:
    assert counted(Database(3, 7, 0, 5)) == 7


def test_none_is_no_connection_and_no_reading_is_unknown() -> None:
    assert counted(Database(0, 0)) == 0
    assert counted(Database(None, None)) is None


def test_a_reading_that_fails_is_left_out() -> None:
    assert counted(Database(4, None, 2)) == 4


def test_it_is_counted_by_name() -> None:
    database = Database(1)
    counted(database, "betterworker-8000")
    assert database.names == {"betterworker-8000"}


def test_each_window_begins_anew_and_leaves_no_thread() -> None:
    before = threading.active_count()
    counter = Counter(lambda name: 9 if name == "first" else 2, every_s=0.001)
    counter.begin("first")
    counter.begin("second")
    assert counter.end() in (2, None)
    assert threading.active_count() == before


def test_the_end_without_a_begin_is_unknown() -> None:
    assert Counter(lambda name: 1).end() is None

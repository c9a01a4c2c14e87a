"""Bounded polls over real processes: no test sleeps for a time it only hopes to be long enough."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import psutil

from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def until(condition: Callable[[], object], timeout_s: float = PATIENCE_S) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def is_gone(pid: int) -> bool:
    """Whether the process has ended; one that only waits to be collected has."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def all_gone(pids: Iterable[int], timeout_s: float = PATIENCE_S) -> bool:
    pids = list(pids)
    return until(lambda: all(map(is_gone, pids)), timeout_s)


def descendants(pid: int) -> list[int]:
    return [process.pid for process in psutil.Process(pid).children(recursive=True)]


def processes_about(text: str) -> list[psutil.Process]:
    """Live processes that carry a text, such as a run's folder, in their command line or environment."""
    return [process for process, words in _live() if any(text in word for word in words)]


def words_about(text: str) -> list[str]:
    """What stands in the command lines and environments of those processes."""
    return [word for _, words in _live() if any(text in word for word in words) for word in words]


def _live() -> Iterator[tuple[psutil.Process, list[str]]]:
    for process in psutil.process_iter():
        # It may end while it is looked at.
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE:
                yield process, [*process.cmdline(), *process.environ().values()]

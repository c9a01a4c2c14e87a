"""Bounded polls over real processes: no test sleeps for a time it only hopes to be long enough."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


#: For what must come. Only what never comes takes as long, however busy the machine is.
PATIENCE_S = 90.0
#: For a whole study, of seconds where nobody disturbs it.
STUDY_S = 300.0


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
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and text in _words(process):
                found.append(process)
    return found


def _words(process: psutil.Process) -> str:
    return "\n".join([*process.cmdline(), *process.environ().values()])

"""What users can mend, apart from bugs: each message says what is wrong and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class BenchError(Exception):
    """Base of every error that a user can mend. Exit status 2 unless the class says otherwise."""

    exit_status = 2


class BadInput(BenchError):
    """An option, a name or a file that cannot be used as given."""


class UnknownName(BadInput):
    """A worker, scenario or profile that does not exist; carries the nearest name."""

    def __init__(self, noun: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(names)}."
        super().__init__(f"No {noun} is called {name!r}. {hint}")


class BadRunFolder(BadInput):
    """A folder that holds no run, or one this version cannot read."""


class Unprepared(BenchError):
    """The machine cannot carry what was asked: files, ports, CPUs, memory, disk."""


class ServerFailure(BenchError):
    """A server did not start, get ready, or stay alive. ``log_tail`` holds its last lines."""

    exit_status = 1

    def __init__(self, reason: str, log_tail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.log_tail = log_tail


class GeneratorFailure(BenchError):
    """A load process died or did not answer: the figure is lost, and said to be."""

    exit_status = 1

"""The terms a server ran on, in words: what was in force, and what was asked for where that differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from betterworker.bench.model import ServerTerms


def in_force(asked: ServerTerms, found: ServerTerms, most_threads: int | None) -> str:
    """``2 processes, backlog 100 (2,048 asked for), keep-alive``.

    ``most_threads`` is the most that its whole tree had in any window: a pool may grow after it is ready.
    """
    return ", ".join(
        (*_processes(asked, found), *_threads(asked, found, most_threads), *_sockets(asked, found))
    )


def _processes(asked: ServerTerms, found: ServerTerms) -> Iterator[str]:
    if asked.processes is not None:
        words = "processes unknown" if found.processes is None else _counted(found.processes, "process")
        yield _beside(words, found.processes, asked.processes)


def _threads(asked: ServerTerms, found: ServerTerms, most: int | None) -> Iterator[str]:
    if asked.threads is None:
        return
    each = f"{_counted(asked.threads, 'thread')} a process"
    every = asked.threads * (found.processes or 1)
    # A pool may grow as needed: fewer are no breach by themselves.
    yield f"{each} (at most {most} seen in all)" if most is not None and most < every else each


def _sockets(asked: ServerTerms, found: ServerTerms) -> Iterator[str]:
    if asked.backlog is not None:
        words = "backlog unknown" if found.backlog is None else f"backlog {found.backlog:,}"
        yield _beside(words, found.backlog, asked.backlog)
    if asked.keep_alive:
        kept = {True: "keep-alive", False: "no keep-alive (asked for)", None: "keep-alive unknown"}
        yield kept[found.keep_alive]


def _beside(words: str, found: int | None, asked: int) -> str:
    return words if found == asked else f"{words} ({asked:,} asked for)"


def _counted(count: int, noun: str) -> str:
    ending = "es" if noun.endswith("s") else "s"
    return f"{count:,} {noun}{ending * (count != 1)}"

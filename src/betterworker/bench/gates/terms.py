"""Gates on the equal terms: what was asked of a server, and what was found in force."""

from __future__ import annotations

from collections.abc import Iterator

from betterworker.bench.gates.cell import Cell
from betterworker.bench.model import Finding, Result

#: Of one CPU for each process that serves: below it nothing but the threads keeps a waiting row back.
NOT_CPU_BOUND = 0.5
#: So many connections for each thread, that a process with few of them still has work for all its threads.
WANTED = 2


def setting_without_effect(cell: Cell) -> Finding | None:
    """Told once for each worker: the terms of a start are the same in all its rows."""
    fewer = max((count for result in cell.results for count in _fewer_processes(result)), default=None)
    terms = list(dict.fromkeys(words for result in cell.results for words in _unlike(result)))
    if fewer is None and not terms:
        return None
    asked, served = fewer or (0, 0)
    processes = [f"{asked} processes were asked for, {served} served"] if fewer else []
    return Finding(
        gate="setting_without_effect",
        # Half the processes is half the machine; the others matter to some rows only.
        severity="label" if fewer else "note",
        message="; ".join(processes + terms),
        advice=_ADVICE_PROCESSES if fewer else _ADVICE_TERMS,
    )


def fewer_threads(cell: Cell) -> Finding | None:
    """Of a waiting view under many connections and idle CPUs: a pool that grows as needed has grown.

    By Little's law each such connection wants a thread nearly all the time, so fewer threads in the whole
    tree than were asked for are a limit, not a want of work.
    """
    seen = [counts for result in cell.results if (counts := _threads(cell, result)) is not None]
    if not seen or not all(most < asked for asked, most in seen):
        return None
    asked, most = max(seen, key=lambda counts: counts[1])
    return Finding(
        gate="setting_without_effect",
        severity="note",
        message=f"{asked} threads were asked for, the processes had at most {most} in all",
        advice="Its threads, not its CPU, may limit rows that wait: compare it with care.",
    )


_ADVICE_PROCESSES = "The setting changed nothing: compare it with workers of as many processes."
_ADVICE_TERMS = "It runs on other terms than the others: see the section on workers."


def _fewer_processes(result: Result) -> Iterator[tuple[int, int]]:
    asked, sample = result.processes_asked, result.sample
    served = sample.processes if sample is not None else None
    if asked is not None and served is not None and served < asked:
        yield asked, served


def _unlike(result: Result) -> Iterator[str]:
    asked, found = result.asked, result.in_force
    if asked is None or found is None:
        return
    if asked.backlog is not None and found.backlog is not None and asked.backlog != found.backlog:
        yield f"a backlog of {asked.backlog:,} was asked for, {found.backlog:,} is in force"
    if asked.keep_alive and found.keep_alive is False:
        yield "it keeps no connection alive"


def _threads(cell: Cell, result: Result) -> tuple[int, int] | None:
    """All that were asked for, and all that were seen, in a window that wanted all; None in any other."""
    asked, sample = _threads_asked(result), result.sample
    if asked is None or sample is None or sample.threads is None or sample.server_cpu_s is None:
        return None
    threads, processes = asked
    idle = sample.server_cpu_s / sample.window_s / processes < NOT_CPU_BOUND
    if not cell.delay_s or not idle or cell.connections < WANTED * threads:
        return None
    return threads, sample.threads


def _threads_asked(result: Result) -> tuple[int, int] | None:
    """Of all processes that serve, and how many they are."""
    asked, found = result.asked, result.in_force
    if asked is None or found is None or asked.threads is None or not found.processes:
        return None
    return asked.threads * found.processes, found.processes

"""Each worker as it was started: command line, versions, terms, and what is not equal about it."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from betterworker.bench.model import Setup, worker_name
from betterworker.bench.reports.rows.terms import in_force
from betterworker.bench.reports.rows.words import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from betterworker.bench.model import Result, Run, ServerTerms, Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What a run knows of one worker, over all its slots and starts.

    ``setup`` is None of runs that did not keep it, ``versions`` hold None for what is not installed;
    ``most_threads`` is the most that its whole tree had in any window.
    """

    name: str
    setup: Setup | None
    versions: Mapping[str, str | None]
    command: tuple[str, ...]
    asked: ServerTerms | None
    in_force: ServerTerms | None
    most_threads: int | None


def started(run: Run) -> tuple[Started, ...]:
    """One of each worker of the study, in its order; of several starts the last one tells."""
    names = dict.fromkeys(map(worker_name, run.study.workers))
    return tuple(_started(run, name) for name in names)


def setups(summary: Summary) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Worker -> (name, value) pairs, without those of whom nothing is known."""
    told = ((each.name, tuple(_pairs(each))) for each in started(summary.run))
    return tuple((name, pairs) for name, pairs in told if pairs)


def command_line(command: tuple[str, ...]) -> str:
    """For a shell; the folder of the first word is left out, which only this machine has."""
    first, *rest = command
    program = PurePath(first).name
    return shlex.join(["python" if re.fullmatch(r"python[\d.]*", program) else program, *rest])


def _started(run: Run, name: str) -> Started:
    results = [result for result in run.results if worker_name(result.trial.worker) == name]
    setup = run.study.setups.get(name)
    last = _last(results)
    threads = (result.sample.threads for result in results if result.sample is not None)
    return Started(
        name=name,
        setup=setup,
        versions={each: _version(run, each) for each in (setup.distributions if setup else ())},
        command=next((result.command for result in reversed(results) if result.command), ()),
        asked=last.asked if last else None,
        in_force=last.in_force if last else None,
        most_threads=max((count for count in threads if count is not None), default=None),
    )


def _last(results: list[Result]) -> Result | None:
    """The last start whose terms were read; of a server whose processes answered, where there is one."""
    read = [result for result in results if result.in_force is not None]
    well = [result for result in read if result.in_force is not None and result.in_force.processes]
    return next(reversed(well or read), None)


def _version(run: Run, distribution: str) -> str | None:
    return run.machine.packages.get(re.sub(r"[-_.]+", "-", distribution).lower())


def _pairs(each: Started) -> Iterator[tuple[str, str]]:
    setup = each.setup
    if setup is not None:
        yield "Interface", f"{setup.interface.upper()}: {one_line(setup.about)}"
        yield "Versions", ", ".join(f"{name} {v or '(not installed)'}" for name, v in each.versions.items())
    if each.command:
        yield "Command", one_line(command_line(each.command))
    if each.asked is not None and each.in_force is not None:
        yield "In force", in_force(each.asked, each.in_force, each.most_threads)
    if setup is not None:
        yield from _shortcomings(setup)


def _shortcomings(setup: Setup) -> Iterator[tuple[str, str]]:
    if setup.unequal:
        yield "Not equal", "; ".join(map(one_line, setup.unequal))
    if setup.cannot:
        yield "Cannot", "; ".join(f"{mode} views: {one_line(why)}" for mode, why in setup.cannot.items())
    if setup.loses:
        yield "At a stop", f"may lose a request it has accepted: {one_line(setup.loses)}"

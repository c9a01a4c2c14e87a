"""``betterworker run``: plan, measure, store, judge, print."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from betterworker.bench import machine, preflight
from betterworker.bench.backends import Backends, Given, own_room, started
from betterworker.bench.claims import claimed
from betterworker.bench.clock import MonotonicClock
from betterworker.bench.commands.subject import Subject
from betterworker.bench.config import concurrency, most_connections
from betterworker.bench.errors import BadInput
from betterworker.bench.fleet import Fleet
from betterworker.bench.load.generator import Generator
from betterworker.bench.model import THREADS, Run, Study
from betterworker.bench.plan import Agenda
from betterworker.bench.progress import Bar
from betterworker.bench.room import rooms
from betterworker.bench.session import Session
from betterworker.bench.store import RunFolder, read_run
from betterworker.bench.target import prepare
from betterworker.bench.trial import Conductor
from betterworker.bench.workbench import Terms, Workbench, measure_ceiling, workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A study with what its names stand for; ``given`` is not of the study: it may hold passwords."""

    study: Study
    subject: Subject
    given: Given = field(default_factory=Given)

    @property
    def terms(self) -> Terms:
        return Terms(
            processes=self.study.processes,
            concurrency=concurrency(self.study),
            cpus=self.study.server_cpus,
            threads=self.study.threads or THREADS,
        )


@contextmanager
def own_machine(study: Study, folder: Path) -> Iterator[None]:
    """Hold the study's CPUs, and raise the file limit where it may be.

    Raises Unprepared where this machine cannot carry the study, or another has a CPU of it.
    """
    connections = max(most_connections(study))
    cpus = (*study.server_cpus, *study.load_cpus)
    preflight.require(connections, folder, cpus)
    with claimed(cpus):
        # A client view holds a socket of the user's and one of the upstream's.
        preflight.raise_open_files(preflight.files_needed(2 * connections))
        yield


def check_same_cpus(study: Study) -> None:
    """A resumed run has to go on where it was begun, or its windows could not be compared."""
    gone = {*study.server_cpus, *study.load_cpus} - set(machine.available_cpus())
    if gone:
        raise BadInput(f"This run used CPU {min(gone)}, which is not here: begin a new run instead.")


def measure(job: Job, folder: RunFolder, console: Console) -> Run:
    """Run what is not yet done of a study; returns the run as stored."""
    study = job.study
    done = read_run(folder.path)
    if done.finished:
        return done
    with (
        pinned(study.load_cpus),
        Generator(study.load_cpus) as generator,
        started(study, job.given, logs=folder.logs) as backends,
        workbench(
            job.subject.target,
            job.terms,
            folder=folder.path,
            load_cpus=study.load_cpus,
            latency_s=study.upstream_latency_s,
            backends=backends.env,
            mask=job.subject.mask,
        ) as bench,
    ):
        for connections in closed_connections(study):
            log = folder.logs / "null-server.log"
            ceiling = measure_ceiling(generator, connections, cpus=study.server_cpus, log=log)
            folder.append_ceiling(ceiling)
        backends.prepare = lambda: prepare(job.subject.target, bench.env)
        with Bar(console, study.delays) as bar:
            new_session(job, folder, generator, bench, backends, bar).run(Agenda(study), done.results)
    folder.finish()
    return read_run(folder.path)


def closed_connections(study: Study) -> list[int]:
    """The null server's ceiling is measured with each of these."""
    own = {study.connections[key] for key in study.scenarios if key not in study.mixes}
    return sorted(own | {count for counts in study.sweeps.values() for count in counts})


def new_session(
    job: Job, folder: RunFolder, generator: Generator, bench: Workbench, backends: Backends, bar: Bar
) -> Session:
    clock = MonotonicClock()
    subject = job.subject
    return Session(
        workers=subject.workers,
        scenarios=subject.rows,
        missing=subject.missing,
        processes=job.study.processes,
        fleet=Fleet(
            bench.launch,
            job.study.memory_mb,
            (*rooms(job.study.project), *own_room(job.study, job.given)),
        ),
        runner=Conductor(
            generator,
            clock,
            machine.steal_and_total,
            machine.load_average,
            machine.busy_but_for_this_s,
            backends=backends.live,
            dress=subject.dress,
        ),
        store=folder.append,
        listener=bar,
        backends=backends,
        unable=subject.unable,
        as_stored=subject.as_stored,
    )


@contextmanager
def pinned(cpus: tuple[int, ...]) -> Iterator[None]:
    """Keep this program, and what it starts, off the servers' CPUs."""
    if not cpus or not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)

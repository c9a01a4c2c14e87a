"""From what was asked for, or from a run that was stopped, to a job and the folder that it goes into."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import click

from betterworker.bench.backends import Given, check_same, find
from betterworker.bench.commands import run as run_command
from betterworker.bench.commands.backends import BACKEND_NAMES
from betterworker.bench.commands.gating import GATING_NAMES, Gate
from betterworker.bench.commands.run import Job
from betterworker.bench.commands.subject import Subject
from betterworker.bench.config import Asked, make_study
from betterworker.bench.errors import BadInput
from betterworker.bench.model import Study
from betterworker.bench.store import FORMAT, RunFolder, format_of, read_run
from betterworker.bench.workbench import run_id


@contextmanager
def begun(
    asked: Asked, subject: Subject, out: Path | None, given: Given, gate: Gate
) -> Iterator[tuple[Job, RunFolder]]:
    """A new run. Its CPUs are claimed before anything of the project runs on them, and until it ends."""
    make = functools.partial(
        make_study,
        asked,
        target=subject.target.name,
        workers=tuple(subject.workers),
        scenarios=subject.rows,
        setups=subject.setups,
        project=subject.project,
    )
    study = make()
    if study.needs:  # only then is it looked for
        study = make(backends=find(set(study.needs.values()), given))
    gate.require(study)
    path = out or Path("runs") / run_id(study.profile)
    with run_command.own_machine(study, path):
        # A project's own hook runs last: all that could be refused has been.
        subject = subject.set_up(subject)
        study = replace(study, project=subject.look(subject))
        job = Job(study=study, subject=subject, given=given)
        with closing(RunFolder.create(path, study, subject.describe())) as folder:
            yield job, folder


@contextmanager
def resumed(
    path: Path, subject_of: Callable[[Study], Subject], given: Given, gate: Gate
) -> Iterator[tuple[Job, RunFolder]]:
    """A run that was stopped: its own study decides."""
    study = read_run(path).study
    gate.require(study)
    if format_of(path) != FORMAT:
        raise BadInput(f"{path} was begun by an older betterworker: report it, or begin a new run.")
    run_command.check_same_cpus(study)
    with run_command.own_machine(study, path):
        check_same(study, given)
        subject = subject_of(study)
        subject.require(study)
        subject = subject.set_up(subject)
        with closing(RunFolder.reopen(path)) as folder:
            yield Job(study=study, subject=subject, given=given), folder


def refuse_others(ctx: click.Context) -> None:
    """Beside --resume an option is a mistake, but for those that are not stored: the addresses of backends,
    and what fails a build. Raises BadInput."""
    others = [
        f"--{name.replace('_', '-')}"
        for name in ctx.params
        if name not in ("resume", *BACKEND_NAMES, *GATING_NAMES)
        and ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    ]
    if others:
        raise BadInput(f"{', '.join(others)} cannot be used with --resume: the run keeps its study.")

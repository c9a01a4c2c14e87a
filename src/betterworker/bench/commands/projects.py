"""A user's own project: looked at, found safe, given an environment; then as any other subject of a study."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from betterworker import __version__
from betterworker.bench import machine, settings_file
from betterworker.bench.choices import slots
from betterworker.bench.commands.subject import Subject
from betterworker.bench.config import Asked
from betterworker.bench.errors import BadInput
from betterworker.bench.model import Project, Study, Worker, worker_name
from betterworker.bench.project import asking, hooks, overlay, rows, safety, target
from betterworker.bench.project import file as project_file
from betterworker.bench.project.asking import Place
from betterworker.bench.project.deploy import baseline, found
from betterworker.bench.project.diagnosis import probe
from betterworker.bench.project.facts import Facts
from betterworker.bench.project.interpreters import interpreter
from betterworker.bench.project.login import Logins
from betterworker.bench.project.nouns import ProjectFile
from betterworker.bench.project.overlay import Overlay
from betterworker.bench.project.safety import Told
from betterworker.bench.project.secrets import Mask, of_shell
from betterworker.bench.project.stored import stored

BASELINE = "baseline"
#: In place of a command: what the project runs on today is not measured.
NO_BASELINE = "none"
#: Measured where nobody names any: threads, an event loop, and the worker that serves both.
USUAL = ("gunicorn-gthread", "uvicorn", "betterworker-uvicorn")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A project as its own interpreter tells of it. ``workers`` are all that there are, ``unable`` says which
    it has nothing for (name -> reason); ``baseline`` is the command that it runs on today, without values of
    secrets."""

    file: ProjectFile
    facts: Facts
    told: Told
    workers: Mapping[str, Worker]
    unable: Mapping[str, str]
    baseline: str | None


def read(config: Path | None) -> ProjectFile | None:
    """The project of the file (None: of betterworker.toml here), where it has one. Raises BadInput."""
    if not project_file.is_project(config):
        return None
    file = project_file.read(config or Path(settings_file.NAME))
    if file.python:
        return file
    return replace(file, python=interpreter(file.folder, None, os.environ))


def begun(
    file: ProjectFile, registry: Mapping[str, Worker], asked: Asked, command: str | None, say: Say
) -> tuple[Subject, Asked]:
    """For a new study, with the workers that it measures. Raises BadInput."""
    if not file.requests:
        raise BadInput(
            f'{file.path.name} has no requests to measure: write [[requests]] with path = "/" into it, or '
            "have the project's URLs tried: betterworker init --force"
        )
    found = looked(file, registry, command, say)
    found.told.require(file)
    wanted = names(found, asked.workers, say)
    return subject(found, wanted, say), replace(asked, workers=wanted)


def again(file: ProjectFile | None, registry: Mapping[str, Worker], study: Study, say: Say) -> Subject:
    """For a study that was begun. Raises BadInput where the file asks for something else now."""
    assert study.project is not None
    if file is None:
        raise BadInput(
            f"That run measured the project {study.project.name}: go on in the folder of its "
            "betterworker.toml, or name that file: betterworker --config FILE run --resume RUN"
        )
    _require_same(file, study)
    found = looked(file, registry, study.project.baseline or NO_BASELINE, say)
    found.told.require(file)
    return subject(found, list(dict.fromkeys(map(worker_name, study.workers))), say)


def served(file: ProjectFile, registry: Mapping[str, Worker], names: Sequence[str], say: Say) -> Subject:
    """To start a server by hand, or (no ``names``) to tell of all: nothing is sent to it."""
    found = subject(looked(file, registry, None, say), names, say)
    return found if names else replace(found, missing={**_not_yet(found), **found.missing})


def _not_yet(subject: Subject) -> dict[str, str]:
    """Worker name -> what it needs that neither the project nor an earlier run has brought."""
    lacking = {
        name: machine.lacking(worker.distributions, subject.packages)
        for name, worker in subject.workers.items()
    }
    return {
        name: f"{', '.join(each)}, which a run installs beside the project"
        for name, each in lacking.items()
        if each
    }


def looked(file: ProjectFile, registry: Mapping[str, Worker], command: str | None, say: Say) -> Looked:
    """Ask the project, and tell what it stands on."""
    say(f"Asking {file.settings} …")
    facts = asking.ask(Place.of(file))
    file = replace(file, secrets=(*file.secrets, *facts.secrets))
    told = safety.told(facts, file)
    for line in told.lines:
        say(f"  {line}")
    for warning in told.warnings:
        say(f"! {warning}")
    file = replace(file, wsgi=file.wsgi or facts.wsgi, asgi=file.asgi or facts.asgi)
    today = _baseline(file, command, say)
    workers = {**({BASELINE: today.worker} if today else {}), **registry}
    return Looked(
        file=file,
        facts=facts,
        told=told,
        workers=workers,
        unable=target.unable_workers(file, facts.python, facts.django, workers),
        baseline=today.shown if today else None,
    )


def _baseline(file: ProjectFile, command: str | None, say: Say) -> baseline.Baseline | None:
    """Of the option, of the file, or of what the project is deployed with."""
    given = command or file.baseline
    if given:
        return None if given == NO_BASELINE else baseline.parse(given, file)
    here = found.found(file.folder)
    if here is None:
        return None
    try:
        today = baseline.parse(here.command, file, at=here.source.parent)
    except BadInput as error:
        say(f"! {here.source.name} starts it with {here.command!r}, which is not measured: {error}")
        return None
    say(f"  baseline: {today.shown} ({here.source.name})")
    return today


def names(looked: Looked, asked: Sequence[str] | None, say: Say) -> list[str]:
    """Patterns of the workers to measure: the baseline first, where there is one. Raises BadInput."""
    wanted = list(asked or _usual(looked, say))
    if BASELINE in looked.workers and not any(fnmatchcase(BASELINE, pattern) for pattern in wanted):
        wanted.insert(0, BASELINE)
    if not wanted:
        raise BadInput("No worker can serve this project.\n" + "\n".join(looked.unable.values()))
    return wanted


def _usual(looked: Looked, say: Say) -> list[str]:
    for name in USUAL:
        if name in looked.unable:
            say(f"! without {name}: {looked.unable[name]}")
    return [name for name in USUAL if name not in looked.unable]


def subject(looked: Looked, wanted: Sequence[str], say: Say) -> Subject:
    """With the servers that it lacks beside it; ``wanted`` as of :func:`names`, or none."""
    members = {worker_name(slot) for slot in slots(wanted, tuple(looked.workers), None)} if wanted else set()
    able = {name: looked.workers[name].distributions for name in members if name not in looked.unable}
    over = overlay.ready(looked.file.python, able, say=say)
    for name, reason in over.refused.items():
        say(f"! {name} is skipped: {reason}")
    return Subject(
        target=target.of(looked.file, over),
        workers=looked.workers,
        rows=rows.scenarios(looked.file),
        packages=over.packages,
        missing={**looked.unable, **over.refused},
        describe=functools.partial(machine.describe, over.packages, over.version),
        project=_project(looked, over, members),
        mask=mask_of(looked.file),
        set_up=functools.partial(_set_up, file=looked.file, say=say),
        held=over,
    )


def mask_of(file: ProjectFile) -> Mask:
    """Of all that is known to be secret, but for what the report has to tell."""
    paths = [path for path in (file.wsgi, file.asgi) if path]
    names = (file.settings, file.name, file.host, *paths, *(path.partition(":")[0] for path in paths))
    return Mask((*file.secrets, *of_shell(os.environ)), harmless=names)


def _project(looked: Looked, over: Overlay, members: set[str]) -> Project:
    file, facts = looked.file, looked.facts
    added = {name: version for name, version in over.packages.items() if name not in facts.packages}
    if any(name.startswith("betterworker-") for name in members):
        added["betterworker"] = __version__
    return replace(
        stored(file, facts),
        packages=over.packages,
        added=added,
        digest=rows.digest(file),
        baseline=looked.baseline,
    )


def _set_up(subject: Subject, *, file: ProjectFile, say: Say) -> Subject:
    """After the project's own hook, with its values in the requests, and with a visitor who logs in."""
    assert subject.mask is not None
    if file.setup:
        say(f"Running {file.setup} …")
    values = hooks.run_setup(file, Place.of(file))
    subject.mask.add(*values.values())
    file = hooks.filled(file, values)
    return replace(
        subject,
        rows=rows.scenarios(file),
        dress=Logins(file, subject.mask),
        look=functools.partial(_probed, file=file, say=say),
    )


def _probed(subject: Subject, *, file: ProjectFile, say: Say) -> Project:
    """With what its requests do by themselves, as it may be stored."""
    assert subject.project is not None
    assert subject.mask is not None
    say("Looking at each request by itself …")
    seen = probe(file, subject.rows)
    return subject.mask.project(replace(subject.project, probes=seen))


def _require_same(file: ProjectFile, study: Study) -> None:
    """A run goes on with the requests that it was begun with. Raises BadInput."""
    assert study.project is not None
    if study.project.settings != file.settings:
        raise BadInput(f"That run measured {study.project.settings}, {file.path.name} is of {file.settings}.")
    if study.project.digest != rows.digest(file):
        raise BadInput(
            f"{file.path.name} has other requests, log-in or host than when that run was begun: its windows "
            "could not be compared. Put them back, or begin a new run."
        )

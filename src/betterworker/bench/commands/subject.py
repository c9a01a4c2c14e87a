"""What there is to measure: the built-in site, or a user's own project, with all that a study of it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from betterworker.bench import machine
from betterworker.bench.errors import UnknownName
from betterworker.bench.model import (
    Machine,
    Project,
    Result,
    Scenario,
    Setup,
    Study,
    Target,
    Worker,
    setup_of,
    worker_name,
)
from betterworker.bench.ports import LiveServer
from betterworker.bench.project.secrets import Mask
from betterworker.bench.trial import Dress


def as_it_is(_slot: str, _server: LiveServer) -> tuple[tuple[str, str], ...]:
    """Nobody logs in."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """``missing`` says why a worker cannot be started (name -> reason), ``unable`` why a row cannot be
    measured (scenario key -> reason). ``describe`` tells of the machine with the packages that are
    measured, ``packages`` are their versions by normalised name. ``mask`` is None where nothing is secret.

    ``set_up`` makes it ready for load, ``look`` says what a new study keeps of the project; ``held`` is what
    must live as long as the servers.
    """

    target: Target
    workers: Mapping[str, Worker]
    rows: Mapping[str, Scenario]
    packages: Mapping[str, str]
    missing: Mapping[str, str] = field(default_factory=dict)
    unable: Mapping[str, str] = field(default_factory=dict)
    describe: Callable[[], Machine] = machine.describe
    project: Project | None = None
    dress: Dress = as_it_is
    mask: Mask | None = None
    set_up: Callable[[Subject], Subject] = lambda subject: subject
    look: Callable[[Subject], Project | None] = lambda subject: subject.project
    held: object = None

    def as_stored(self, result: Result) -> Result:
        """With its server's command as a reader would type it, and without secrets."""
        shown = replace(result, command=self.target.shown(result.command))
        return self.mask.result(shown) if self.mask else shown

    @property
    def setups(self) -> dict[str, Setup]:
        return {name: setup_of(worker) for name, worker in self.workers.items()}

    def require(self, study: Study) -> None:
        """Raises UnknownName for what a stored study names and is no more."""
        for slot in study.workers:
            if worker_name(slot) not in self.workers:
                raise UnknownName("worker", worker_name(slot), self.workers)
        for key in study.scenarios:
            if key not in self.rows:
                raise UnknownName("scenario", key, self.rows)


def built_in(target: Target, workers: Mapping[str, Worker], rows: Mapping[str, Scenario]) -> Subject:
    """The site that comes with the program, on this interpreter."""
    packages = machine.packages()
    return Subject(
        target=target,
        workers=workers,
        rows=rows,
        packages=packages,
        missing=missing_workers(workers, packages),
        unable=unable_rows(rows, packages),
    )


def missing_workers(workers: Mapping[str, Worker], packages: Mapping[str, str]) -> dict[str, str]:
    """Worker name -> why it cannot be started here, with the command that mends it."""
    reasons = {}
    for worker in workers.values():
        lacking = machine.lacking(worker.distributions, packages)
        if lacking:
            names = " ".join(lacking)
            reasons[worker.name] = f"{', '.join(lacking)} not installed: pip install {names}"
    return reasons


def unable_rows(rows: Mapping[str, Scenario], packages: Mapping[str, str]) -> dict[str, str]:
    """Scenario key -> why it cannot be measured here, whatever the worker, with the command that mends it."""
    lacking = {key: machine.lacking(row.packages, packages) for key, row in rows.items()}
    return {
        key: f"{', '.join(names)} not installed: pip install 'betterworker[{','.join(names)}]'"
        for key, names in lacking.items()
        if names
    }

"""``betterworker check``: what in a project costs it, before any server is started."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import click

from betterworker.bench import hops
from betterworker.bench.commands import projects
from betterworker.bench.judge.diagnosis import looked, of_project
from betterworker.bench.model import Cost, Probes, Project
from betterworker.bench.project import asking, finding, rows, safety
from betterworker.bench.project.diagnosis import beyond, counted, look, of_scenarios, of_urls
from betterworker.bench.project.facts import Facts
from betterworker.bench.project.nouns import ProjectFile
from betterworker.bench.project.settings_module import module_name
from betterworker.bench.project.stored import stored

LEAST_WIDTH = 100


class Report(Protocol):
    def render(self, costs: Sequence[Cost], looked: Sequence[str], *, colour: bool, width: int) -> str: ...

    def record(self, costs: Sequence[Cost], looked: Sequence[str]) -> dict[str, object]: ...


def command(report: Report) -> click.Command:
    """With how costs are shown."""

    @click.command("check")
    @click.argument("settings", metavar="[SETTINGS]", required=False)
    @click.option(
        "--folder",
        type=click.Path(path_type=Path),
        help="The folder of manage.py (default: it is looked for here, below and above).",
    )
    @click.option(
        "--python",
        metavar="PATH",
        help="The project's own interpreter, which need not have betterworker (default: betterworker.toml's, "
        "or it is looked for; with SETTINGS this one).",
    )
    @click.option("--json", "as_json", is_flag=True, help="For machines: every hop, and every cost.")
    @click.pass_context
    def check(
        ctx: click.Context, settings: str | None, folder: Path | None, python: str | None, as_json: bool
    ) -> None:
        """Tell what in a project costs it, with the evidence and the mend, before any server is started.

        The project is that of betterworker.toml here, or of a manage.py here, below or above; with SETTINGS,
        a module as in DJANGO_SETTINGS_MODULE (mysite.settings), that of the folder it is run in.

        First the thread hops of a request through its MIDDLEWARE, under Django's own ASGI handler and under
        betterworker's, counted with a sync and an async view. Then its own requests, a few safe GETs, by
        themselves: connections, queries, sessions, templates, a held event loop. Nothing is written to a
        database and no mail is sent; what else a request does it does.

        Exit status: 0 looked at, 2 bad input.
        """
        file = _file(ctx.obj, settings, folder, python)
        place = asking.Place.of(file)
        facts = asking.ask(place)
        file = replace(file, secrets=(*file.secrets, *facts.secrets))
        place = asking.Place.of(file)
        refused = safety.told(facts, replace(file, requests=())).refusals
        # Its middleware may ask what nobody has allowed.
        hopped = "; ".join(refused) if refused else counted(place)
        project = _project(file, facts)
        project = replace(project, probes=_probes(file, facts, hopped, refused))
        project = projects.mask_of(file).project(project)
        costs, notes = of_project(project), looked(project, measured=False)
        if as_json:
            hop_record = {} if isinstance(hopped, str) else hops.record(hopped)
            click.echo(json.dumps({**hop_record, **report.record(costs, notes)}, indent=2))
            return
        colour = sys.stdout.isatty() and ctx.color is not False
        width = max(LEAST_WIDTH, shutil.get_terminal_size((140, 40)).columns)
        if not isinstance(hopped, str):
            click.echo(hops.tell(hopped, colour=colour, width=width), color=colour)
        click.echo(report.render(costs, notes, colour=colour, width=width), color=colour, nl=False)

    return check


def _file(config: Path | None, settings: str | None, folder: Path | None, python: str | None) -> ProjectFile:
    """As the file says, or as it is found. Raises BadInput."""
    if settings is not None:
        home = (folder or Path.cwd()).absolute()
        return _found(home, module_name(settings), python or sys.executable)
    file = projects.read(config) if folder is None else None
    if file is not None:
        return replace(file, python=python or file.python)
    found = finding.find(Path.cwd(), folder=folder, python=python)
    return _found(found.folder, found.settings, found.python)


def _found(folder: Path, settings: str, python: str) -> ProjectFile:
    """Of a project without a file of its own."""
    path = folder / "betterworker.toml"
    return ProjectFile(path=path, folder=folder, python=python, settings=settings, wsgi=None, asgi=None)


def _project(file: ProjectFile, facts: Facts) -> Project:
    return replace(stored(file, facts), wsgi=file.wsgi or facts.wsgi, asgi=file.asgi or facts.asgi)


def _probes(file: ProjectFile, facts: Facts, hopped: hops.Facts | str, refused: Sequence[str]) -> Probes:
    """None of its requests where they would reach another machine's database that is not named."""
    if refused:
        return Probes(unlooked=tuple(f"the requests by themselves: {reason}" for reason in refused))
    place = asking.Place.of(file)
    if file.requests:
        orders = of_scenarios(rows.scenarios(file).values(), https=file.https)
        return look(place, orders, hopped, file.login)
    probes = look(place, of_urls(facts), hopped, file.login)
    return replace(probes, unlooked=(*probes.unlooked, *beyond(facts)))

"""``betterworker init``: a betterworker.toml for the project that is here."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import click

from betterworker.bench.errors import BadInput
from betterworker.bench.project import file, sources
from betterworker.bench.project import initial_text as texts
from betterworker.bench.project.facts import Facts
from betterworker.bench.project.finding import manage_folder
from betterworker.bench.project.initial import Wish, begin, complete
from betterworker.bench.project.nouns import ProjectFile
from betterworker.bench.project.target import no_path, unfit
from betterworker.bench.project.texts import read_text
from betterworker.bench.settings_file import NAME

GTHREAD, UVICORN, BETTER = "gunicorn-gthread", "uvicorn", "betterworker-uvicorn"
WORKERS = (GTHREAD, UVICORN, BETTER)

#: The parameters of the commands that the file may have a table for.
Options = Callable[[], Mapping[str, Sequence[click.Parameter]]]
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def command(options: Options) -> click.Command:
    @click.command("init")
    @click.option(
        "--folder",
        type=click.Path(path_type=Path),
        help="The folder of manage.py (default: it is looked for here, below and above).",
    )
    @click.option("--settings", metavar="MODULE", help="As in DJANGO_SETTINGS_MODULE (default: manage.py's).")
    @click.option(
        "--python", metavar="PATH", help="The project's own interpreter (default: it is looked for)."
    )
    @click.option(
        "--env", type=Variable(), multiple=True, metavar="NAME=VALUE", help="For the project's environment."
    )
    @click.option("--env-file", type=_FILE, help="Variables for the project's environment, a .env file.")
    @click.option(
        "--host-elsewhere",
        "hosts",
        multiple=True,
        metavar="HOST",
        help="A database's or a cache's, on another machine, or one that a view calls, that may be used.",
    )
    @click.option("--from-log", type=_FILE, help="Requests of an access log, by how often they came.")
    @click.option("--from-har", type=_FILE, help="Requests that a browser has saved in a HAR file.")
    @click.option("--from-openapi", type=_FILE, help="Requests of an OpenAPI document.")
    @click.option("--force", is_flag=True, help=f"Write over {NAME}; its other tables are kept.")
    @click.option("--print", "to_stdout", is_flag=True, help="Print the file, and write none.")
    @click.option("--schema", is_flag=True, help="Print the file's JSON Schema, for editors, and no more.")
    @click.pass_context
    def init(
        ctx: click.Context,
        folder: Path | None,
        settings: str | None,
        python: str | None,
        env: tuple[tuple[str, str], ...],
        env_file: Path | None,
        hosts: tuple[str, ...],
        from_log: Path | None,
        from_har: Path | None,
        from_openapi: Path | None,
        force: bool,
        to_stdout: bool,
        schema: bool,
    ) -> None:
        """Find the Django project that is here, try its URLs, and write a betterworker.toml to measure it.

        The project's own interpreter tells of it; a few URLs that answer a GET with 200 are taken. No server
        is started, nothing is written to a database, and nothing is installed.

        Exit status: 0 written, 1 written although no URL answers, 2 bad input.
        """
        if schema:
            click.echo(json.dumps(file.schema(options()), indent=2))
            return
        path = path_for(folder)
        kept = kept_text(path, allowed=force or to_stdout)
        wish = Wish(
            start=Path.cwd(),
            path=path,
            folder=folder,
            settings=settings,
            python=python,
            env=dict(env),
            env_file=env_file,
            hosts=hosts,
            source=source_of(from_log, from_har, from_openapi),
        )
        text, answers = text_of(wish, kept)
        if to_stdout:
            click.echo(text, nl=False)
        else:
            write(path, text)
            say([next_line(path, answers)])
        ctx.exit(0 if answers else 1)

    return init


class Variable(click.ParamType[tuple[str, str]]):
    name = "variable"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        name, equals, text = str(value).partition("=")
        if not equals or not name.isidentifier():
            self.fail(f"{value!r} is not NAME=VALUE", param, ctx)
        return name, text


def path_for(folder: Path | None) -> Path:
    """Here, where the project is here or below; else beside its manage.py."""
    here = Path.cwd()
    home = manage_folder(folder or here, above=folder is None)
    return (here if home.is_relative_to(here) else home) / NAME


def kept_text(path: Path, *, allowed: bool) -> str:
    """Of the file that is there already. Raises BadInput where it may not be written over."""
    if not path.exists():
        return ""
    if not allowed:
        raise BadInput(
            f"{path} is there already. --force writes it anew (the commands' tables are kept), "
            "--print shows what it would be."
        )
    try:
        return read_text(path)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}") from error


def write(path: Path, text: str) -> None:
    """Raises BadInput."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(
            f"{path} cannot be written ({error.strerror}). --print shows what it would be."
        ) from error


def source_of(log: Path | None, har: Path | None, openapi: Path | None) -> sources.Found | None:
    readers = ((log, sources.log_file), (har, sources.har), (openapi, sources.openapi))
    given = [(path, read) for path, read in readers if path is not None]
    if len(given) > 1:
        raise BadInput("Give one of --from-log, --from-har and --from-openapi.")
    return given[0][1](given[0][0]) if given else None


def text_of(wish: Wish, kept: str) -> tuple[str, bool]:
    """The file's text, and whether it has requests; says what it does meanwhile."""
    begun = begin(wish)
    say(texts.found_lines(begun))
    outcome = complete(begun, wish.source.requests if wish.source else ())
    cannot = unable(begun.file, begun.facts)
    workers = [name for name in WORKERS if name not in cannot]
    left = list(texts.left_lines(outcome))
    notes = wish.source.notes if wish.source else ()
    say(notes)
    say(texts.chosen_lines(outcome))
    if left:
        say(["Not taken:", *(f"  {line}" for line in left)])
    say(texts.workers_lines(begun, workers, cannot))
    say(texts.before_a_run(begun, outcome))
    text = file.write(outcome.file, workers=workers, notes=(*notes, *left), kept=kept)
    say(texts.variables_lines(file.variables(outcome.file)))
    return text, bool(outcome.file.requests)


def unable(file: ProjectFile, facts: Facts) -> dict[str, str]:
    """Worker -> why this project cannot run on it. Those asked about are few, and unlike each other."""
    reasons = {
        GTHREAD: no_path("wsgi", file),
        UVICORN: no_path("asgi", file),
        BETTER: unfit(facts.python, facts.django),
    }
    return {name: why for name, why in reasons.items() if why}


def next_line(path: Path, answers: bool) -> str:
    there = "" if path.parent == Path.cwd() else f"cd {shlex.quote(str(path.parent))} && "
    if not answers:
        return f"Wrote {path}, but no URL answers with 200: add [[requests]], then: {there}betterworker run"
    return f"Wrote {path}. Next: {there}betterworker run"


def say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line, err=True)

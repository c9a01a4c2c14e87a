"""betterworker's commands, wired: the only place that knows every registry."""

from __future__ import annotations

import functools
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from types import FrameType

import click
from rich.console import Console

from betterworker import __version__
from betterworker.bench import machine, preflight, settings_file
from betterworker.bench.backends import Given, backends_here
from betterworker.bench.commands import audit as audit_command
from betterworker.bench.commands import beginning, listing, load_command, projects, reporting
from betterworker.bench.commands import check as check_command
from betterworker.bench.commands import clients as clients_command
from betterworker.bench.commands import compare as compare_command
from betterworker.bench.commands import history as history_command
from betterworker.bench.commands import init as init_command
from betterworker.bench.commands import run as run_command
from betterworker.bench.commands import serve as serve_command
from betterworker.bench.commands import subject as subjects
from betterworker.bench.commands import workers as workers_command
from betterworker.bench.commands.asked import study_options
from betterworker.bench.commands.backends import backend_options
from betterworker.bench.commands.gating import Gate, gate_options, settle
from betterworker.bench.commands.names import Cpus
from betterworker.bench.commands.subject import Subject
from betterworker.bench.config import LEAST_CONCURRENCY, Asked
from betterworker.bench.errors import BadInput, BenchError, ServerFailure, UnknownName
from betterworker.bench.judge import run_failed, summarise
from betterworker.bench.model import THREADS, Mode, Run, Study, Summary
from betterworker.bench.project.nouns import ProjectFile
from betterworker.bench.reports import REPORTS, audit, comparison, costs, history, junit, lab
from betterworker.bench.reports.rows.outcomes import outcome_lines
from betterworker.bench.scenarios import UPSTREAM_S, scenarios
from betterworker.bench.target import SITE
from betterworker.bench.workbench import Terms
from betterworker.bench.workers import WORKERS

ROWS = scenarios(UPSTREAM_S)
CANNOT: dict[str, dict[Mode, str]] = {name: dict(w.cannot) for name, w in WORKERS.items()}


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "BETTERWORKER"},
    epilog="Begin with:  betterworker doctor, then  betterworker run --profile smoke",
)
@click.version_option(__version__)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="Defaults for the options below, a table per command (default: betterworker.toml here).",
)
@click.pass_context
def cli(ctx: click.Context, config: Path | None) -> None:
    """Find the better Django worker: start real servers, drive real load, believe the figures."""
    ctx.obj = config
    ctx.color = False if no_colour() else None
    ctx.default_map = settings_file.defaults(config, {n: c.params for n, c in cli.commands.items()})


@cli.command()
@study_options(tuple(WORKERS), tuple(ROWS), UPSTREAM_S)
@click.option("--out", type=click.Path(path_type=Path), help="The run's folder (default: runs/<id>).")
@click.option("--resume", type=click.Path(path_type=Path), help="Go on with a run that was stopped.")
@click.option("--built-in", is_flag=True, help="The site that comes with the program, not your project.")
@click.option(
    "--baseline",
    metavar="COMMAND",
    help="What your project runs on today, measured beside the others, or none (default: the file's, else of "
    "a Procfile or Dockerfile).",
)
@backend_options
@gate_options(relative=False)
@click.pass_context
def run(
    ctx: click.Context,
    asked: Asked,
    out: Path | None,
    resume: Path | None,
    built_in: bool,
    baseline: str | None,
    given: Given,
    gate: Gate,
) -> None:
    """Measure every worker on every row, print tables and conclusions, and write a page to send on.

    In a folder whose betterworker.toml has a table [project] (see `init`), it is that project that is
    measured, by the requests of the file; elsewhere the site that comes with the program.

    Exit status: 0 fine, 1 a gate failed the run, 2 bad input, 130 interrupted (go on with --resume).
    """
    console = Console(stderr=True)
    say = functools.partial(console.print, highlight=False, markup=False, soft_wrap=True)
    file = project_here(ctx, built_in, say)
    if resume:
        beginning.refuse_others(ctx)
        again = functools.partial(subject_again, file=file, say=say)
        ready = beginning.resumed(resume, again, given, gate)
    else:
        subject, asked = subject_of(ctx, asked, file, baseline, say)
        ready = beginning.begun(asked, subject, out, given, gate)
    with ready as (job, folder):
        say(f"Run folder: {folder.path}")
        try:
            summary = judged(run_command.measure(job, folder, console))
        except (KeyboardInterrupt, BenchError):
            say("What was measured is stored, every server is stopped.", end=" ")
            say(f"Go on with: betterworker run --resume {folder.path}")
            raise
    page = reporting.keep(folder.path, summary, REPORTS)
    reporting.show(REPORTS["text"], summary)
    failed, held = complain(summary), settled(gate, summary)
    say(f"The report, to open in a browser and to send on: {page}")
    ctx.exit(1 if failed or held else 0)


@cli.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--json", "as_json", is_flag=True, help="For machines: everything, of all or of those named.")
@click.option("--built-in", is_flag=True, help="For the site that comes with the program, not your project.")
@click.pass_context
def workers(ctx: click.Context, names: tuple[str, ...], as_json: bool, built_in: bool) -> None:
    """List the workers: what each is, and what it needs. Of each NAME, tell everything.

    That is the exact command as a study starts it on this machine, its processes and threads; whether it
    serves async views, WebSocket and HTTP/2 and reloads gracefully, and how; which of the equal terms it does
    not keep; and whether it loses requests when it is stopped.
    """
    server, _ = machine.cpu_split(machine.available_cpus(), None, None)
    file = None if built_in else projects.read(ctx.obj)
    say = functools.partial(click.echo, err=True)
    subject = built_in_site(UPSTREAM_S) if file is None else projects.served(file, WORKERS, (), say)
    told = workers_command.about(names, subject, len(server))
    click.echo(workers_command.renderer(named=bool(names), json_asked=as_json)(told))


@cli.command("scenarios")
def list_scenarios() -> None:
    """List the scenarios: a row of the table each, sync and async."""
    click.echo(listing.scenarios(ROWS))


@cli.command()
@click.option("--connections", default=2000, show_default=True, help="The most a run will open.")
@click.option("--out", type=click.Path(path_type=Path), default="runs", help="Where runs are stored.")
@click.pass_context
def doctor(ctx: click.Context, connections: int, out: Path) -> None:
    """Tell what on this machine would spoil a run, with the mend. Exit status 1 when something would."""
    needs = {worker.name: worker.distributions for worker in WORKERS.values()}
    checks = (*preflight.doctor(connections, out, needs), *backends_here())
    click.echo(listing.checks(checks))
    ctx.exit(1 if any(check.state == "fail" for check in checks) else 0)


@cli.command()
@click.argument("worker")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--processes", type=click.IntRange(1, 1024), help="Default: the server's CPUs.")
@click.option("--threads", type=click.IntRange(1, 10_000), default=THREADS, show_default=True)
@click.option("--server-cpus", type=Cpus(), help="For the server, as 0-2,5.")
@click.option("--built-in", is_flag=True, help="The site that comes with the program, not your project.")
@backend_options
@click.pass_context
def serve(
    ctx: click.Context,
    worker: str,
    port: int,
    processes: int | None,
    threads: int,
    server_cpus: tuple[int, ...] | None,
    built_in: bool,
    given: Given,
) -> None:
    """Start WORKER exactly as a study does, print its command line, and serve until Ctrl-C.

    With the project of betterworker.toml, where it has one; else with the site that comes with the program.
    """
    file = None if built_in else projects.read(ctx.obj)
    say = functools.partial(click.echo, err=True)
    subject = built_in_site(UPSTREAM_S) if file is None else projects.served(file, WORKERS, [worker], say)
    if worker not in subject.workers:
        raise UnknownName("worker", worker, subject.workers)
    if worker in subject.missing:
        raise BadInput(f"{worker}: {subject.missing[worker]}")
    server, load = machine.cpu_split(machine.available_cpus(), server_cpus, None)
    terms = Terms(
        processes=processes or len(server), threads=threads, concurrency=LEAST_CONCURRENCY, cpus=server
    )
    serve_command.serve(subject.workers[worker], subject.target, terms, port, load, UPSTREAM_S, given)


def judged(run: Run) -> Summary:
    return summarise(run, CANNOT)


def settled(gate: Gate, summary: Summary) -> bool:
    return settle(gate, summary, CANNOT, outcome_lines, junit)


cli.add_command(load_command.command)
cli.add_command(clients_command.command(lab))
cli.add_command(reporting.command(REPORTS, judged, settled))
cli.add_command(compare_command.command(judged, comparison, junit))
cli.add_command(history_command.command(history.FORMATS, judged))
cli.add_command(audit_command.command(audit.FORMATS))
cli.add_command(check_command.command(costs))
cli.add_command(init_command.command(lambda: {name: each.params for name, each in cli.commands.items()}))


def project_here(ctx: click.Context, built_in: bool, say: projects.Say) -> ProjectFile | None:
    """The user's own project, where one is to be measured."""
    if built_in:
        return None
    file = projects.read(ctx.obj)
    if file is None and Path("manage.py").is_file():
        say("This measures the site that comes with the program. For the project here: betterworker init")
    return file


def subject_of(
    ctx: click.Context, asked: Asked, file: ProjectFile | None, baseline: str | None, say: projects.Say
) -> tuple[Subject, Asked]:
    """Of a new study."""
    if file is None:
        if baseline:
            raise BadInput("--baseline is of a project of your own: begin with betterworker init.")
        return built_in_site(asked.upstream_latency_s), asked
    if ctx.get_parameter_source("profile") is click.core.ParameterSource.DEFAULT:
        asked = replace(asked, profile="project")
    return projects.begun(file, WORKERS, asked, baseline, say)


def subject_again(study: Study, file: ProjectFile | None, say: projects.Say) -> Subject:
    """Of a study that was begun."""
    if study.project is None:
        return built_in_site(study.upstream_latency_s)
    return projects.again(file, WORKERS, study, say)


def built_in_site(upstream_s: float) -> Subject:
    return subjects.built_in(SITE, WORKERS, scenarios(upstream_s))


def no_colour() -> bool:
    """Whether the user asked every program for no colour (https://no-color.org)."""
    return bool(os.environ.get("NO_COLOR"))


def complain(summary: Summary) -> bool:
    """Whether a gate failed the run; says which cells."""
    cells = run_failed(summary, CANNOT)
    for cell in cells:
        click.echo(f"gate failed: {listing.cell(cell)}: {cell.status}", err=True)
    return bool(cells)


def ask_to_end(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str] | None = None) -> None:
    """The console script."""
    signal.signal(signal.SIGTERM, ask_to_end)
    try:
        status = cli.main(arguments, standalone_mode=False)
    except BenchError as error:
        if isinstance(error, ServerFailure) and error.log_tail:
            click.echo(error.log_tail, err=True)
        click.secho(f"error: {error}", fg="red", err=True, color=False if no_colour() else None)
        sys.exit(error.exit_status)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted.", err=True)
        sys.exit(130)
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()

"""betterworker's commands, wired: the only place that knows every registry."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType

import click
from rich.console import Console

from betterworker import __version__
from betterworker.bench import machine, preflight, settings_file
from betterworker.bench.commands import listing
from betterworker.bench.commands import load as load_command
from betterworker.bench.commands import run as run_command
from betterworker.bench.commands import serve as serve_command
from betterworker.bench.commands.asked import study_options
from betterworker.bench.commands.names import Cpus, Seconds
from betterworker.bench.config import LEAST_CONCURRENCY, Asked, make_study
from betterworker.bench.errors import BadInput, BenchError, ServerFailure, UnknownName
from betterworker.bench.judge import run_failed, summarise
from betterworker.bench.model import Arrivals, Mode, Paced, Study, Summary, worker_name
from betterworker.bench.reports import REPORTS
from betterworker.bench.scenarios import UPSTREAM_S, scenarios
from betterworker.bench.store import FORMAT, RunFolder, format_of, read_run
from betterworker.bench.target import SITE
from betterworker.bench.workbench import Terms, run_id
from betterworker.bench.workers import WORKERS

ROWS = scenarios(UPSTREAM_S)
CANNOT: dict[str, dict[Mode, str]] = {name: dict(w.cannot) for name, w in WORKERS.items()}
RUN_FOLDER = click.argument("run", type=click.Path(path_type=Path))


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
    ctx.color = False if no_colour() else None
    ctx.default_map = settings_file.defaults(config, {n: c.params for n, c in cli.commands.items()})


@cli.command()
@study_options(tuple(WORKERS), tuple(ROWS), UPSTREAM_S)
@click.option("--out", type=click.Path(path_type=Path), help="The run's folder (default: runs/<id>).")
@click.option("--resume", type=click.Path(path_type=Path), help="Go on with a run that was stopped.")
@click.pass_context
def run(
    ctx: click.Context,
    asked: Asked,
    out: Path | None,
    resume: Path | None,
) -> None:
    """Measure every worker on every row, and print the table.

    Exit status: 0 fine, 1 a gate failed the run, 2 bad input, 130 interrupted (go on with --resume).
    """
    job, folder = resumed(ctx, resume) if resume else begun(asked, out)
    console = Console(stderr=True)
    console.print(f"Run folder: {folder.path}", highlight=False, soft_wrap=True)
    try:
        summary = summarise(run_command.measure(job, folder, console), CANNOT)
    except (KeyboardInterrupt, BenchError):
        console.print(
            "What was measured is stored, every server is stopped. "
            f"Go on with: betterworker run --resume {folder.path}",
            highlight=False,
            soft_wrap=True,
        )
        raise
    finally:
        folder.close()
    for name in ("markdown", "json"):
        report_file = folder.path / f"report{REPORTS[name].suffix}"
        report_file.write_text(REPORTS[name].render(summary), encoding="utf-8")
    show(summary, "text")
    ctx.exit(1 if complain(summary) else 0)


@cli.command()
@RUN_FOLDER
@click.option("--format", "name", type=click.Choice(list(REPORTS)), default="text", show_default=True)
def report(run: Path, name: str) -> None:
    """Render a stored RUN again."""
    show(summarise(read_run(run), CANNOT), name)


@cli.command()
def workers() -> None:
    """List the workers: what each is, what it needs, and how it is started."""
    packages = machine.packages()
    click.echo(listing.workers(WORKERS, run_command.missing_workers(WORKERS, packages), packages))


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
    checks = preflight.doctor(connections, out, needs)
    click.echo(listing.checks(checks))
    ctx.exit(1 if any(check.state == "fail" for check in checks) else 0)


@cli.command()
@click.argument("worker")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--processes", type=click.IntRange(1, 1024), help="Default: the server's CPUs.")
@click.option("--server-cpus", type=Cpus(), help="For the server, as 0-2,5.")
def serve(worker: str, port: int, processes: int | None, server_cpus: tuple[int, ...] | None) -> None:
    """Start WORKER exactly as a study does, print its command line, and serve until Ctrl-C."""
    if worker not in WORKERS:
        raise UnknownName("worker", worker, WORKERS)
    missing = run_command.missing_workers({worker: WORKERS[worker]}, machine.packages())
    if missing:
        raise BadInput(f"{worker}: {missing[worker]}")
    server, load = machine.cpu_split(machine.available_cpus(), server_cpus, None)
    terms = Terms(processes=processes or len(server), concurrency=LEAST_CONCURRENCY, cpus=server)
    serve_command.serve(WORKERS[worker], SITE, terms, port, load, UPSTREAM_S)


@cli.command()
@click.argument("url")
@click.option(
    "-c",
    "--connections",
    type=click.IntRange(1, 60_000),
    help=f"Default: {load_command.CLOSED_CONNECTIONS}; "
    f"with --rate at most {load_command.OPEN_CONNECTIONS:,} are opened.",
)
@click.option(
    "--rate",
    type=click.FloatRange(0, 10_000_000, min_open=True),
    help="Requests per second on a schedule (open loop).",
)
@click.option(
    "--arrivals",
    type=click.Choice(["constant", "poisson"]),
    help="How they are spaced (default: constant).",
)
@click.option("--seed", type=click.IntRange(0), help="Of poisson arrivals (default: 1).")
@click.option("-d", "--duration", type=Seconds(), default="10s", show_default=True)
@click.option("--timeout", type=Seconds(), default="10s", show_default=True)
@click.option("--warmup", type=Seconds(), default="500ms", show_default=True)
@click.option("--load-cpus", type=Cpus(), help="A load process on each, as 0-2,5.")
@click.option("--json", "as_json", is_flag=True, help="For machines, with the whole histogram.")
@click.pass_context
def load(
    ctx: click.Context,
    url: str,
    connections: int | None,
    rate: float | None,
    arrivals: Arrivals | None,
    seed: int | None,
    duration: float,
    timeout: float,
    warmup: float,
    load_cpus: tuple[int, ...] | None,
    as_json: bool,
) -> None:
    """Drive URL: as fast as it answers (closed loop, as wrk does), or at --rate whatever it answers.

    At a rate, latency runs from the moment a request was due. Send it to your own servers only.
    Exit status 1 when no request got a right answer (status 200).
    """
    pace = load_command.Pace(connections=connections, rate=rate, arrivals=arrivals, seed=seed)
    drive = load_command.drive_of(url, pace, duration, timeout, warmup)
    cpus = load_cpus or machine.cpu_split(machine.available_cpus(), None, None)[1]
    report = load_command.load(drive, cpus)
    load_command.say(drive, report, as_json)
    ctx.exit(0 if report.outcomes.ok else 1)


def begun(asked: Asked, out: Path | None) -> tuple[run_command.Job, RunFolder]:
    """A new run."""
    rows = scenarios(asked.upstream_latency_s)
    study = make_study(asked, target=SITE.name, workers=tuple(WORKERS), scenarios=rows, cannot=CANNOT)
    path = out or Path("runs") / run_id(study.profile)
    run_command.check_machine(study, path)
    return job_of(study), RunFolder.create(path, study, machine.describe())


def resumed(ctx: click.Context, path: Path) -> tuple[run_command.Job, RunFolder]:
    """A run that was stopped: its own study decides, so an option beside --resume is a mistake."""
    given = ctx.get_parameter_source
    others = [
        f"--{name.replace('_', '-')}"
        for name in ctx.params
        if name != "resume" and given(name) is click.core.ParameterSource.COMMANDLINE
    ]
    if others:
        raise BadInput(f"{', '.join(others)} cannot be used with --resume: the run keeps its study.")
    study = read_run(path).study
    if format_of(path) != FORMAT:
        raise BadInput(f"{path} was begun by an older betterworker: report it, or begin a new run.")
    run_command.check_same_cpus(study)
    run_command.check_machine(study, path)
    return job_of(study), RunFolder.reopen(path)


def job_of(study: Study) -> run_command.Job:
    rows = scenarios(study.upstream_latency_s)
    names = tuple(dict.fromkeys(worker_name(slot) for slot in study.workers))
    for name in names:
        if name not in WORKERS:
            raise UnknownName("worker", name, WORKERS)
    for key in study.scenarios:
        if key not in rows:
            raise UnknownName("scenario", key, rows)
    return run_command.Job(
        study=study,
        target=SITE,
        workers={name: WORKERS[name] for name in names},
        scenarios={key: rows[key] for key in study.scenarios},
    )


def show(summary: Summary, name: str) -> None:
    """On standard output, in colour where that is wanted: a terminal, and no NO_COLOR."""
    colour = sys.stdout.isatty() and not no_colour()
    width = shutil.get_terminal_size((120, 40)).columns
    click.echo(REPORTS[name].render(summary, colour=colour, width=width), color=colour)


def no_colour() -> bool:
    """Whether the user asked every program for no colour (https://no-color.org)."""
    return bool(os.environ.get("NO_COLOR"))


def complain(summary: Summary) -> bool:
    """Whether a gate failed the run; says which cells."""
    cells = run_failed(summary, CANNOT)
    for cell in cells:
        point = f" at {cell.point}" if isinstance(cell, Paced) else ""
        click.echo(f"gate failed: {cell.worker} {cell.scenario}{point}: {cell.status}", err=True)
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

"""The options of ``betterworker load``."""

from __future__ import annotations

import click

from betterworker.bench import machine
from betterworker.bench.commands import load
from betterworker.bench.commands.names import Cpus, Seconds
from betterworker.bench.model import Arrivals


@click.command("load")
@click.argument("url")
@click.option(
    "-c",
    "--connections",
    type=click.IntRange(1, 60_000),
    help=f"Default: {load.CLOSED_CONNECTIONS}; with --rate at most {load.OPEN_CONNECTIONS:,} are opened.",
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
def command(
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
    pace = load.Pace(connections=connections, rate=rate, arrivals=arrivals, seed=seed)
    drive = load.drive_of(url, pace, duration, timeout, warmup)
    cpus = load_cpus or machine.cpu_split(machine.available_cpus(), None, None)[1]
    report = load.load(drive, cpus)
    load.say(drive, report, as_json)
    ctx.exit(0 if report.outcomes.ok else 1)

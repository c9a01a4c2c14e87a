"""The options that say what to measure, shared by every command that makes a study."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import click

from betterworker.bench import machine
from betterworker.bench.choices import NO_ROWS, SWEEP
from betterworker.bench.commands import listing
from betterworker.bench.commands.names import Cpus, Megabytes, Names, Seconds
from betterworker.bench.commands.sweeping import Sweeps
from betterworker.bench.config import Asked
from betterworker.bench.model import THREADS
from betterworker.bench.profiles import PROFILES

#: Half of what is free: the load, the upstream and the rest of the machine need some.
MEMORY_SHARE = 0.5

Option = Callable[[Callable[..., Any]], Callable[..., Any]]


def study_options(
    workers: Sequence[str], rows: Sequence[str], upstream_s: float
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: the command gets one ``asked`` instead of all these. The names are for completion."""
    options = (
        click.option("--profile", default="quick", show_default=True, help=listing.profiles_help(PROFILES)),
        click.option(
            "--workers",
            type=Names(tuple(workers)),
            help="Only these (see `workers`). The same one twice is an A/A test.",
        ),
        click.option(
            "--scenarios",
            type=Names(tuple(rows)),
            help="Only these: json for both modes, json:sync for one.",
        ),
        click.option("--processes", type=click.IntRange(1, 1024), help="Of each server (default: its CPUs)."),
        click.option(
            "--threads",
            type=click.IntRange(1, 10_000),
            default=THREADS,
            show_default=True,
            help="Of each process of a server that runs views on threads.",
        ),
        click.option("--connections", type=click.IntRange(1, 60_000), help="The same for every row."),
        click.option("--window", type=Seconds(), help="Each window's length, at least the view's delay."),
        click.option(
            "--blocks",
            type=click.IntRange(1, 1000),
            help="The most windows per cell (default: as many as the profile's time allows).",
        ),
        click.option(
            "--time",
            type=Seconds(),
            help="About how long it may take, as 45m: as many windows as fit (default: the profile's).",
        ),
        click.option(
            "--latency",
            type=Names((*rows, NO_ROWS)),
            help="Rows whose latency is measured at steady rates, or none (default: one of each mode).",
        ),
        click.option(
            "--rate",
            type=click.FloatRange(0.1, 1_000_000),
            help="The rate common to all workers there, in RPS (default: half of what the slowest can).",
        ),
        click.option(
            "--arrivals",
            type=click.Choice(["poisson", "constant"]),
            default="poisson",
            show_default=True,
            help="How requests come at a steady rate.",
        ),
        click.option(
            "--slo",
            metavar="OBJECTIVE",
            help='Find the highest rate that keeps this, as "p99<250ms,errors<0.1%", on the latency rows.',
        ),
        click.option(
            "--sweep",
            type=Sweeps((*rows, NO_ROWS)),
            metavar="ROWS",
            help=f"Rows to measure at other numbers of connections too, as json:sync=1,8,64, or none (json "
            f"alone: {', '.join(map(str, SWEEP))}; default: the profile's).",
        ),
        click.option("--seed", type=int, default=1, show_default=True, help="Of the order of trials."),
        click.option("--server-cpus", type=Cpus(), help="For the servers, as 0-2,5."),
        click.option("--load-cpus", type=Cpus(), help="For the load and the upstream."),
        click.option(
            "--memory",
            type=Megabytes(),
            help="What servers that live side by side may hold, as 4GB (default: half of what is free).",
        ),
        click.option(
            "--upstream-latency",
            type=Seconds(),
            default=f"{upstream_s * 1000:g}ms",
            show_default=True,
            help="Of the upstream that the HTTP client rows fetch from.",
        ),
    )

    names = names_of(options)

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def with_asked(*args: Any, **given: Any) -> Any:
            rest = {name: value for name, value in given.items() if name not in names}
            return command(*args, asked=asked_of(**{name: given[name] for name in names}), **rest)

        return decorated(with_asked, options)

    return decorate


def asked_of(
    *,
    window: float | None,
    time: float | None,
    slo: str | None,
    memory: float | None,
    upstream_latency: float,
    server_cpus: tuple[int, ...] | None,
    load_cpus: tuple[int, ...] | None,
    **same: Any,
) -> Asked:
    """From the options' words to the study's; ``same`` are those that share them."""
    server, load = machine.cpu_split(machine.available_cpus(), server_cpus, load_cpus)
    return Asked(
        window_s=window,
        time_s=time,
        objective=slo,
        memory_mb=memory or MEMORY_SHARE * machine.free_memory_mb(),
        upstream_latency_s=upstream_latency,
        server_cpus=server,
        load_cpus=load,
        **same,
    )


def decorated(command: Callable[..., Any], options: Sequence[Option]) -> Callable[..., Any]:
    """With the options in the order in which help lists them."""
    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(options), command)


def names_of(options: Sequence[Option]) -> frozenset[str]:
    """The parameters that these options fill."""

    def nothing() -> None:
        """Takes the options, so that click names them."""

    parameters: list[click.Option] = decorated(nothing, options).__dict__["__click_params__"]
    return frozenset(str(parameter.name) for parameter in parameters)

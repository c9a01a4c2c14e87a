"""The load engine on one core beside wrk and h2load, against the same null server on another core.

In every round each client has one window, in random order; rates are compared as ratios within a round.
A client that does not use its whole core was held back by something else: then its CPU time a request
tells more than its rate.
"""

from __future__ import annotations

import random
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial

import _common as common
import _report as report
from _rivals import RIVALS, Window

from betterworker.bench.errors import GeneratorFailure
from betterworker.bench.load import nullserver
from betterworker.bench.load.generator import Drive
from betterworker.bench.model import Interval
from betterworker.bench.stats import interval, pooled_log_sd

ENGINE = "betterworker"
LEAST_RATIO = 0.9
FULL_CORE = 0.9

Client = Callable[[], Window]
Rounds = Mapping[str, Sequence[Window]]


def engine_window(bench: common.Bench, drive: Drive) -> Window:
    """The engine's window, on the rivals' terms: its connections are opened inside it."""
    seen = bench.window(drive)
    if seen.outcomes.errors or seen.cpu is None:
        raise GeneratorFailure(f"the engine met errors at the null server: {seen.errors}")
    seconds = seen.window_ns / 1e9
    return Window(completed=seen.completed, seconds=seconds, cpu_s=seen.cpu * seconds)


def clients(bench: common.Bench, drive: Drive) -> dict[str, Client]:
    """Those that are installed, the engine first."""
    url = f"http://{drive.host}:{drive.port}{drive.path}"
    rivals: dict[str, Client] = {
        rival.name: partial(rival.run, url, drive.connections, round(drive.window_s), bench.folder)
        for rival in RIVALS
        if rival.installed
    }
    return {ENGINE: partial(engine_window, bench, drive), **rivals}


def interleaved(clients: Mapping[str, Client], rounds: int, seed: int) -> Rounds:
    """Every client once a round, in an order drawn anew for each."""
    rng = random.Random(seed)
    windows: dict[str, list[Window]] = {name: [] for name in clients}
    for _ in range(rounds):
        for name in rng.sample(list(clients), len(clients)):
            windows[name].append(clients[name]())
    return windows


def ratio(windows: Rounds, name: str, base: str) -> Interval:
    """Median of the rounds' ratios of rate, with the 95 % t-interval of their mean logarithm."""
    ratios = [a.rps / b.rps for a, b in zip(windows[name], windows[base], strict=True)]
    return interval(ratios, pooled_log_sd([ratios]))


def measure(rounds: int, window_s: int, connections: int, seed: int) -> report.Outcome:
    with common.bench() as bench, bench.serve(nullserver.__name__) as (host, port):
        drive = Drive(
            host=host,
            port=port,
            path="/",
            connections=connections,
            warmup_s=0,
            window_s=window_s,
            timeout_s=5,
            ramp_s=0,
            length=2,
        )
        return outcome(interleaved(clients(bench, drive), rounds, seed), bench.notes)


def outcome(windows: Rounds, notes: Sequence[str]) -> report.Outcome:
    base = next((rival.name for rival in RIVALS if rival.name in windows), ENGINE)
    figures = {name: figures_of(windows, name, base) for name in windows}
    return report.Outcome(
        figures={"base": base, "clients": figures, "windows": raw(windows)},
        head=("client", "RPS", f"ratio to {base}", "95 %", "CPU µs/request", "of its core", "rounds"),
        rows=[row(name, figures[name], len(windows[name])) for name in windows],
        goals=[goal(windows)],
        notes=[*notes, *missing(windows), *held_back(windows)],
    )


def raw(windows: Rounds) -> dict[str, list[dict[str, float]]]:
    """Every window, round by round."""
    return {name: [asdict(window) for window in of] for name, of in windows.items()}


def figures_of(windows: Rounds, name: str, base: str) -> dict[str, float | None]:
    """Medians over the rounds."""
    paired = ratio(windows, name, base)
    return {
        "rps": statistics.median(window.rps for window in windows[name]),
        "ratio": paired.median,
        "ratio_low": paired.low,
        "ratio_high": paired.high,
        "cpu_us_per_request": statistics.median(window.cpu_us for window in windows[name]),
        "cpu_share": statistics.median(window.cpu_share for window in windows[name]),
    }


def row(name: str, figures: Mapping[str, float | None], rounds: int) -> Sequence[str]:
    return (
        name,
        report.shown(figures["rps"], ",.0f"),
        report.shown(figures["ratio"], ".3f"),
        report.span(figures["ratio_low"], figures["ratio_high"]),
        report.shown(figures["cpu_us_per_request"], ".2f"),
        report.shown(figures["cpu_share"], ".0%"),
        str(rounds),
    )


def goal(windows: Rounds) -> report.Goal:
    text = f"median ratio to wrk at least {LEAST_RATIO:g}"
    if "wrk" not in windows:
        return report.Goal(text=f"{text} (wrk is not installed)", reached=False)
    found = ratio(windows, ENGINE, "wrk").median
    return report.Goal(text=f"{text} ({found:.3f})", reached=found >= LEAST_RATIO)


def missing(windows: Rounds) -> list[str]:
    absent = [rival for rival in RIVALS if rival.name not in windows]
    return [f"{r.name} is not installed and not compared; on Debian: apt install {r.package}" for r in absent]


def held_back(windows: Rounds) -> list[str]:
    every = [window for of in windows.values() for window in of]
    idle = sum(window.cpu_share < FULL_CORE for window in every)
    if not idle:
        return []
    what = f"{idle} of {len(every)} windows used under {FULL_CORE:.0%} of the client's core"
    return [f"{what}: the null server, or something else on this machine, held the client back"]


def main() -> int:
    parser = report.parser(__doc__)
    parser.add_argument("--rounds", type=report.whole, default=20, help="windows of each client (default 20)")
    parser.add_argument("--window", type=report.whole, default=1, help="whole seconds of each (default 1)")
    parser.add_argument("--connections", type=report.whole, default=64, help="default 64")
    parser.add_argument("--seed", type=int, default=1, help="of the order (default 1)")
    options = parser.parse_args()
    return report.conclude(
        "generator",
        lambda: measure(options.rounds, options.window, options.connections, options.seed),
        as_json=options.json,
    )


if __name__ == "__main__":
    sys.exit(main())

"""betterworker's handler beside stock Django on the same server, and beside the best of the others.

One process of each server on one CPU, the load on another. In every round each server has one window, in
random order; rates are compared as ratios within a round. An async view has gunicorn gevent's sync one beside
it, for gevent has no other.
"""

from __future__ import annotations

import random
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatch

import _common as common
import _handler_rows as rows_of
import _handler_servers as servers
import _report as report
from _handler_rows import MANY, STOCK, UVICORN, Row

from betterworker.bench import machine, preflight
from betterworker.bench.errors import BadInput
from betterworker.bench.model import Effort, Interval
from betterworker.bench.stats import interval, latency, pooled_log_sd
from betterworker.bench.workbench import Workbench

MEMORY = "memory"
P99 = "p99"
MEMORY_CONNECTIONS = 64
MOST_MEMORY = 1.2
#: The second is one that stock Django can keep up with on one core.
RATES = (2000, 400)
PACED_CONNECTIONS = 256
#: One answer more or less is no difference, and a view may have 20 or 4 of them a second.
LONGER_S: Mapping[Effort, float] = {"costly": 4.0, "heavy": 8.0}
PACED_S = 4.0

Rates = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One line of the table. ``ratio`` is of ours to the other's: of rates, of megabytes, of milliseconds."""

    what: str
    ours: tuple[str, float | None]
    other: tuple[str, float | None]
    ratio: Interval | None
    unit: str
    claim: str
    reached: bool
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    only: str
    rounds: int
    window_s: float
    seed: int

    def wants(self, name: str) -> bool:
        return any(fnmatch(name, pattern) for pattern in self.only.split(","))


def measure(asked: Asked) -> report.Outcome:
    preflight.raise_open_files(preflight.files_needed(MANY))
    with common.bench() as bench, servers.site(bench, MANY) as place:
        found = [told(each) for each in every(bench, place, asked)]
        if not found:
            raise BadInput(f"nothing is called {asked.only}: name rows as json:sync, or {MEMORY}, or {P99}")
        return report.Outcome(
            figures={"lines": [asdict(each) for each in found]},
            head=("row", "ours", "", "other", "", "unit", "ratio", "95 %", "failed"),
            rows=[line(each) for each in found],
            goals=[goal(each) for each in found],
            notes=bench.notes,
        )


def told(found: Found) -> Found:
    """At once: half an hour is long, and what comes last may fail."""
    print(*line(found), file=sys.stderr, sep="  ", flush=True)
    return found


def every(bench: common.Bench, place: Workbench, asked: Asked) -> Iterator[Found]:
    packages = machine.packages()
    for row in rows_of.rows(servers.SCENARIOS):
        needed = map(machine.distribution_key, servers.SCENARIOS[row.key].packages)
        if asked.wants(row.key) and all(each in packages for each in needed):
            yield compared(bench, place, row, asked)
    if asked.wants(MEMORY):
        yield weighed(bench, place)
    if asked.wants(P99):
        for rate in RATES:
            yield paced(bench, place, rate)


def compared(bench: common.Bench, place: Workbench, row: Row, asked: Asked) -> Found:
    failed = 0
    rng = random.Random(f"{asked.seed} {row.claim}")
    rates: dict[str, list[float]] = {name: [] for name in row.workers}
    with servers.running(place, row.workers) as live:
        cells = {name: servers.verified(live[name], row.view(name)) for name in row.workers}
        scenario = servers.SCENARIOS[row.key]
        window_s = max(asked.window_s, scenario.delay_s, LONGER_S.get(scenario.effort, 0.0))
        for _ in range(asked.rounds):
            for name in rng.sample(row.workers, len(row.workers)):
                seen = cells[name].window(bench, row.connections, window_s)
                rates[name].append(common.rate(seen))
                failed += seen.outcomes.errors
    return judged(row, rates, failed)


def judged(row: Row, rates: Rates, failed: int) -> Found:
    ours, other = best(rates, row.ours), best(rates, row.others)
    ratio = ratio_of(rates[ours], rates[other])
    return Found(
        what=f"{row.key}, {row.connections:,} connections",
        ours=(ours, statistics.median(rates[ours])),
        other=(other, statistics.median(rates[other])),
        ratio=ratio,
        unit="RPS",
        claim=row.claim,
        reached=row.reached(ratio),
        failed=failed,
    )


def best(rates: Rates, names: Sequence[str]) -> str:
    return max(names, key=lambda name: statistics.median(rates[name]))


def ratio_of(ours: Sequence[float], other: Sequence[float]) -> Interval:
    """A server that answered nothing in a round is counted as having answered once in a window."""
    ratios = [mine / max(its, 1.0) for mine, its in zip(ours, other, strict=True)]
    return interval(ratios, pooled_log_sd([ratios]))


def weighed(bench: common.Bench, place: Workbench) -> Found:
    """After a second of each kind of view at so many connections."""
    size: dict[str, float | None] = {}
    with servers.running(place, (UVICORN, STOCK)) as live:
        for name, server in live.items():
            for key in ("json:sync", "json:async", "query-html:sync"):
                servers.verified(server, key).window(bench, MEMORY_CONNECTIONS, 1.0)
            size[name] = server.usage().pss_mb
    ours, stock = size[UVICORN], size[STOCK]
    ratio = ours / stock if ours and stock else None
    return Found(
        what=f"memory, {MEMORY_CONNECTIONS} connections",
        ours=(UVICORN, ours),
        other=(STOCK, stock),
        ratio=None if ratio is None else interval([ratio], None),
        unit="MB",
        claim=f"memory at {MEMORY_CONNECTIONS} connections at most {MOST_MEMORY:g} × stock Django's",
        reached=ratio is not None and ratio <= MOST_MEMORY,
    )


def paced(bench: common.Bench, place: Workbench, rate: int) -> Found:
    """A server whose queue grows to a second's arrivals does not keep up: its p99 is endless."""
    p99: dict[str, float | None] = {}
    with servers.running(place, (UVICORN, STOCK)) as live:
        for name, server in live.items():
            cell = servers.verified(server, "json:sync")
            seen = cell.window(bench, PACED_CONNECTIONS, PACED_S, rate=rate)
            spread = None if seen.aborted or seen.outcomes.errors else latency(seen.latency)
            p99[name] = spread.p99 if spread else None
    ours, stock = p99[UVICORN], p99[STOCK]
    both = ours is not None and stock is not None
    return Found(
        what=f"json:sync at {rate:,} RPS, p99",
        ours=(UVICORN, ours),
        other=(STOCK, stock),
        ratio=interval([ours / stock], None) if ours and stock else None,
        unit="ms",
        claim=f"p99 at {rate:,} RPS at most stock Django's{'' if both else ' (- does not keep up)'}",
        reached=ours is not None and (stock is None or ours <= stock),
    )


def line(found: Found) -> Sequence[str]:
    form = ",.0f" if found.unit == "RPS" else ",.1f"
    return (
        found.what,
        found.ours[0],
        report.shown(found.ours[1], form),
        found.other[0],
        report.shown(found.other[1], form),
        found.unit,
        report.shown(found.ratio.median if found.ratio else None, ".2f"),
        report.span(found.ratio.low, found.ratio.high) if found.ratio else report.NONE,
        str(found.failed),
    )


def goal(found: Found) -> report.Goal:
    figure = report.shown(found.ratio.median if found.ratio else None, ".2f")
    return report.Goal(text=f"{found.claim} ({figure} × {found.other[0]})", reached=found.reached)


def main() -> int:
    parser = report.parser(__doc__)
    parser.add_argument(
        "--only", default="*", help=f"rows by pattern, with commas: 'json:*,{MEMORY},{P99}' (default: all)"
    )
    parser.add_argument("--rounds", type=report.whole, default=5, help="windows of each server (default 5)")
    parser.add_argument("--window", type=report.seconds, default=1.0, help="seconds of each (default 1)")
    parser.add_argument("--seed", type=int, default=1, help="of the order (default 1)")
    options = parser.parse_args()
    asked = Asked(only=options.only, rounds=options.rounds, window_s=options.window, seed=options.seed)

    return report.conclude("handler", lambda: measure(asked), as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())

"""What was asked for and where it ran, as names and values."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from betterworker.bench.reports.rows.words import number, one_line, row_title

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from betterworker.bench.model import Machine, Study, Summary

T = TypeVar("T")

UNKNOWN = "unknown"
# What a figure most depends on; the rest would bury it.
TOLD = (
    "django",
    "asgiref",
    "gunicorn",
    "gevent",
    "uvicorn",
    "uvicorn-worker",
    "uvloop",
    "httptools",
    "hypercorn",
    "h11",
    "trio",
    "granian",
    "requests",
    "urllib3",
    "httpx",
    "aiohttp",
    "niquests",
    "brotli",
    "redis",
    "hiredis",
    "psycopg",
    "psycopg-pool",
)


def facts(summary: Summary) -> tuple[tuple[str, str], ...]:
    """(name, value) pairs: the study's first, then the machine's."""
    return (
        ("Run", f"{summary.run.id}{'' if summary.run.finished else ' (not finished)'}"),
        *_study(summary.run.study),
        *_open_loop(summary.run.study),
        ("Windows a cell", _windows(summary)),
        *_machine(summary.run.machine),
    )


def _study(study: Study) -> tuple[tuple[str, str], ...]:
    return (
        ("Profile", study.profile),
        ("Target", study.target),
        ("Connections", _by_value(study.connections, "")),
        *((("Swept connections", _sweeps(study.sweeps)),) if study.sweeps else ()),
        ("Window", _by_value(study.windows, " s")),
        ("Warm-up", _by_value(study.warmups, " s")),
        ("Timeout", _by_value(study.timeouts, " s")),
        ("Blocks", _by_value(study.looks, "", _looks)),
        ("Blocks a round", _by_value(study.blocks_per_round, "")),
        ("Margin", f"{100 * study.margin:g} %"),
        ("Memory for servers", f"{number(study.memory_mb)} MB"),
        ("Seed", f"{study.seed}"),
        ("Processes asked for", f"{study.processes}"),
        *((("Threads asked for", f"{study.threads} a process"),) if study.threads is not None else ()),
        *((("Backends", _backends(study.backends)),) if study.backends else ()),
        ("Server CPUs", _cpus(study.server_cpus)),
        ("Load CPUs", _cpus(study.load_cpus)),
        ("Upstream latency", f"{study.upstream_latency_s:g} s"),
    )


def _backends(backends: Mapping[str, str | None]) -> str:
    return "; ".join(f"{name}: {one_line(what) if what else 'none'}" for name, what in backends.items())


def _open_loop(study: Study) -> tuple[tuple[str, str], ...]:
    """Nothing of a study that has none."""
    paces, rates = study.paces, study.mixes
    if not paces.scenarios and not rates:
        return ()
    windows = f"{paces.blocks} of {paces.window_s:g} s, after {paces.warmup_s:g} s of warm-up"
    return (
        ("Arrivals", f"{paces.arrivals}, over at most {paces.connections:,} connections"),
        ("Steady-rate windows", windows),
        *((("Mixed traffic", _by_value(rates, " RPS", _fast_and_slow)),) if rates else ()),
        *((("Objective", one_line(paces.objective)),) if paces.objective else ()),
    )


def _sweeps(sweeps: Mapping[str, Sequence[int]]) -> str:
    """``1, 8, 128 (Sync JSON, Async JSON)``: nearly all rows have none, so those that have are named."""
    rows: defaultdict[str, list[str]] = defaultdict(list)
    for scenario, counts in sweeps.items():
        rows[", ".join(f"{count:,}" for count in counts)].append(row_title(scenario))
    return "; ".join(f"{counts} ({', '.join(titles)})" for counts, titles in rows.items())


def _looks(looks: Sequence[int]) -> str:
    """``6, 10, 16``: after how many blocks a row is judged."""
    return ", ".join(map(str, looks))


def _fast_and_slow(rates: tuple[float, float]) -> str:
    return "{:,g} fast and {:,g} slow".format(*rates)


def _machine(machine: Machine) -> tuple[tuple[str, str], ...]:
    told = {name: machine.packages[name] for name in TOLD if name in machine.packages}
    packages = ", ".join(f"{name} {version}" for name, version in told.items())
    rest = len(machine.packages) - len(told)
    return (
        ("CPU", f"{machine.cpu_model or UNKNOWN}, {len(machine.cpus)} usable"),
        ("CPU limit", _known(machine.cpu_limit)),
        ("Memory", _known(machine.memory_mb, " MB")),
        ("System", f"{machine.system}, kernel {machine.kernel}"),
        ("Virtual machine", machine.virtual or UNKNOWN),
        ("Load average before", _known(machine.load_average)),
        ("Open files", _known(machine.open_files)),
        ("somaxconn", _known(machine.somaxconn)),
        ("Python", machine.python),
        ("Packages", (packages or UNKNOWN) + (f"; {rest} more in the JSON report" if rest else "")),
    )


def _known(value: float | None, unit: str = "") -> str:
    if value is None:
        return UNKNOWN
    return f"{value:,}{unit}" if isinstance(value, int) else f"{number(value)}{unit}"


def _windows(summary: Summary) -> str:
    counts = {e.goodput.n for e in summary.estimates if e.goodput is not None}
    if not counts:
        return "none with a figure"
    low, high = min(counts), max(counts)
    return f"{low}" if low == high else f"{low} to {high}"


def _by_value(values: Mapping[str, T], unit: str, text: Callable[[T], str] = "{:,g}".format) -> str:
    """``200``, or ``200; 50 (Sync Request)``: the commonest value goes without its rows."""
    rows: defaultdict[str, list[str]] = defaultdict(list)
    for scenario, value in values.items():
        rows[f"{text(value)}{unit}"].append(row_title(scenario))
    if not rows:
        return UNKNOWN
    common, *others = sorted(rows, key=lambda value: -len(rows[value]))
    return "; ".join((common, *(f"{value} ({', '.join(rows[value])})" for value in others)))


def _cpus(cpus: Sequence[int]) -> str:
    return ", ".join(map(str, cpus)) if cpus else "not pinned"

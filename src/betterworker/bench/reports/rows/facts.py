"""What was asked for and where it ran, as names and values."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from betterworker.bench.reports.rows.words import number, row_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from betterworker.bench.model import Machine, Study, Summary

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
    "httpx",
    "aiohttp",
    "brotli",
)


def facts(summary: Summary) -> tuple[tuple[str, str], ...]:
    """(name, value) pairs: the study's first, then the machine's."""
    return (
        ("Run", f"{summary.run.id}{'' if summary.run.finished else ' (not finished)'}"),
        *_study(summary.run.study),
        ("Windows a cell", _windows(summary)),
        *_machine(summary.run.machine),
    )


def _study(study: Study) -> tuple[tuple[str, str], ...]:
    return (
        ("Profile", study.profile),
        ("Target", study.target),
        ("Connections", _by_value(study.connections, "")),
        ("Window", _by_value(study.windows, " s")),
        ("Warm-up", _by_value(study.warmups, " s")),
        ("Timeout", _by_value(study.timeouts, " s")),
        ("Blocks", f"{study.blocks}"),
        ("Seed", f"{study.seed}"),
        ("Processes asked for", f"{study.processes}"),
        ("Server CPUs", _cpus(study.server_cpus)),
        ("Load CPUs", _cpus(study.load_cpus)),
        ("Upstream latency", f"{study.upstream_latency_s:g} s"),
    )


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


def _by_value(values: Mapping[str, float], unit: str) -> str:
    """``200``, or ``200; 50 (Sync Request)``: the commonest value goes without its rows."""
    rows: defaultdict[float, list[str]] = defaultdict(list)
    for scenario, value in values.items():
        rows[value].append(row_title(scenario))
    if not rows:
        return UNKNOWN
    common, *others = sorted(rows, key=lambda value: -len(rows[value]))
    rest = (f"{value:,g}{unit} ({', '.join(rows[value])})" for value in others)
    return "; ".join((f"{common:,g}{unit}", *rest))


def _cpus(cpus: Sequence[int]) -> str:
    return ", ".join(map(str, cpus)) if cpus else "not pinned"

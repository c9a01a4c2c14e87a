"""What is not the same in two runs: the machine, the packages, the study, the null server."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from betterworker.bench.compare.nouns import CeilingRatio, Differ, Differs
from betterworker.bench.model import Machine, Project, Run, Study, Summary, worker_name

#: By less than this a null server differs from itself.
CEILING_NOISE = 0.05
#: Memory in MB is told by the kernel less what it needs itself.
MEMORY_NOISE = 0.01
ROWS = ("connections", "windows", "warmups", "timeouts", "delays", "mixes", "blocks_per_round")
TERMS = ("target", "profile", "processes", "threads", "server_cpus", "load_cpus", "upstream_latency_s")
PACES = {
    "window_s": "open-loop window (s)",
    "blocks": "open-loop blocks",
    "connections": "open-loop connections",
    "arrivals": "arrivals",
}
DJANGO = ("django", "asgiref")
#: Of a user's own project.
OWN = {
    "settings": "settings",
    "wsgi": "WSGI application",
    "asgi": "ASGI application",
    "debug": "DEBUG",
    "middleware": "MIDDLEWARE",
    "baseline": "what it runs on today",
}


def differences(before: Run, after: Run) -> Differs:
    """Cheap: no window is looked at."""
    return Differs(
        machine=tuple(_machine(before.machine, after.machine)),
        packages=_packages(before, after),
        study=tuple(_study(before.study, after.study)),
        ceilings=tuple(_ceilings(before, after)),
    )


def only(summary: Summary, other: Summary) -> tuple[str, ...]:
    """The workers and the rows of a run that the other does not have."""
    workers = [worker for worker in summary.run.study.workers if worker not in other.run.study.workers]
    theirs = set(_rows(other))
    return (*workers, *(row for row in _rows(summary) if row not in theirs))


def _rows(summary: Summary) -> list[str]:
    closed = [estimate.scenario for estimate in summary.estimates]
    return list(dict.fromkeys((*closed, *(f"{paced.scenario}@{paced.point}" for paced in summary.paced))))


def _machine(before: Machine, after: Machine) -> Iterator[Differ]:
    pairs = (
        ("CPU", before.cpu_model, after.cpu_model),
        ("CPUs", len(before.cpus), len(after.cpus)),
        ("CPU limit", before.cpu_limit, after.cpu_limit),
        ("virtual machine", before.virtual, after.virtual),
        ("system", before.system, after.system),
        ("kernel", before.kernel, after.kernel),
        ("Python", before.python, after.python),
    )
    yield from (_differ(*each) for each in pairs if each[1] != each[2])
    if abs((after.memory_mb or 0) - (before.memory_mb or 0)) > MEMORY_NOISE * (before.memory_mb or 0):
        yield _differ("memory", _megabytes(before.memory_mb), _megabytes(after.memory_mb))


def _packages(before: Run, after: Run) -> tuple[Differ, ...]:
    own, others = before.machine.packages, after.machine.packages
    names = [name for name in sorted({*own, *others}) if own.get(name) != others.get(name)]
    servers = [*_needed(before.study), *_needed(after.study), *DJANGO]
    first = [name for name in dict.fromkeys(servers) if name in names]
    return tuple(_differ(name, own.get(name), others.get(name)) for name in dict.fromkeys((*first, *names)))


def _needed(study: Study) -> Iterator[str]:
    """The distributions that the study's servers need, as a machine names them."""
    for slot in study.workers:
        setup = study.setups.get(worker_name(slot))
        for name in setup.distributions if setup is not None else ():
            yield name.partition("[")[0].lower().replace("_", "-")


def _study(before: Study, after: Study) -> Iterator[Differ]:
    for name in TERMS:
        pair = getattr(before, name), getattr(after, name)
        if pair[0] != pair[1]:
            yield _differ(name.replace("_", " "), *pair)
    for name, title in PACES.items():
        pair = getattr(before.paces, name), getattr(after.paces, name)
        if pair[0] != pair[1]:
            yield _differ(title, *pair)
    for name in ROWS:
        yield from _by_row(name.replace("_", " "), getattr(before, name), getattr(after, name))
    yield from _by_row("backend", before.backends, after.backends)
    if before.project is not None and after.project is not None:
        yield from _project(before.project, after.project)


def _project(before: Project, after: Project) -> Iterator[Differ]:
    for name, title in OWN.items():
        pair = getattr(before, name), getattr(after, name)
        if pair[0] != pair[1]:
            yield _differ(title, *pair)
    told = tuple(_by_row("request", before.requests, after.requests))
    yield from told
    if before.digest != after.digest and not told and before.requests == after.requests:
        yield _differ("headers, bodies, values or log-in", "as they were", "others")


def _by_row(name: str, before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Differ]:
    """Rows that share a change are told together."""
    rows: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for key in before:
        if key in after and before[key] != after[key]:
            rows[_text(before[key]), _text(after[key])].append(key)
    for (old, new), keys in rows.items():
        more = f" and {len(keys) - 2} more" if len(keys) > 3 else ""
        yield Differ(name=f"{name} of {', '.join(keys[:2] if more else keys)}{more}", before=old, after=new)


def _ceilings(before: Run, after: Run) -> Iterator[CeilingRatio]:
    old, new = _by_connections(before), _by_connections(after)
    for connections in sorted(old.keys() & new.keys()):
        pair = statistics.median(old[connections]), statistics.median(new[connections])
        if all(pair) and abs(pair[1] / pair[0] - 1) > CEILING_NOISE:
            yield CeilingRatio(connections=connections, before=pair[0], after=pair[1])


def _by_connections(run: Run) -> Mapping[int, Sequence[float]]:
    found: defaultdict[int, list[float]] = defaultdict(list)
    for ceiling in run.ceilings:
        found[ceiling.connections].append(ceiling.rps)
    return found


def _megabytes(value: float | None) -> str | None:
    return None if value is None else f"{value:,.0f} MB"


def _differ(name: str, before: object, after: object) -> Differ:
    return Differ(name=name, before=_text(before), after=_text(after))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    return f"{value:g}" if isinstance(value, float) else str(value)

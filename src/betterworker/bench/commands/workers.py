"""``betterworker workers``: the list, and all about those that are named."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from betterworker.bench.commands.subject import Subject
from betterworker.bench.config import LEAST_CONCURRENCY
from betterworker.bench.errors import UnknownName
from betterworker.bench.machine import distribution_key
from betterworker.bench.model import Feature, Launch, Target, Worker
from betterworker.bench.workbench import has_own_files

FEATURES: dict[Feature, str] = {
    "async": "async views",
    "websocket": "WebSocket",
    "http2": "HTTP/2",
    "reload": "graceful reload",
}
LABEL = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A worker as it is on this machine. ``missing`` says why it cannot be started (None: it can). ``shown``
    makes its command the one that a reader would type."""

    worker: Worker
    launch: Launch
    missing: str | None
    versions: Mapping[str, str]
    shown: Callable[[Sequence[str]], tuple[str, ...]] = tuple

    @property
    def command(self) -> tuple[str, ...]:
        return self.shown(self.worker.command(self.launch))

    @property
    def processes(self) -> int:
        return self.worker.processes(self.launch.processes)

    @property
    def threads(self) -> int | None:
        return self.worker.threads(self.launch) if self.worker.threads else None


def a_start(target: Target, processes: int) -> Launch:
    """What a study asks of every worker, unless its options say otherwise."""
    return Launch(
        python=target.python,
        host="127.0.0.1",
        port=8000,
        processes=processes,
        concurrency=LEAST_CONCURRENCY,
        wsgi=target.wsgi,
        asgi=target.asgi,
        better=target.better,
        versions=target.packages or {},
        own_files=has_own_files(target),
    )


def about(names: Sequence[str], subject: Subject, processes: int) -> list[About]:
    """Of the named workers, or of all. Raises UnknownName."""
    registry = subject.workers
    for name in names:
        if name not in registry:
            raise UnknownName("worker", name, registry)
    launch = a_start(subject.target, processes)
    packages = subject.packages
    return [
        About(
            worker=registry[name],
            launch=launch,
            missing=subject.missing.get(name),
            shown=subject.target.shown,
            versions={
                each: packages.get(distribution_key(each), "") for each in registry[name].distributions
            },
        )
        for name in names or registry
    ]


def as_list(workers: Sequence[About]) -> str:
    lines = "\n".join(line for each in workers for line in _head(each))
    return f"{lines}\n\nAll about one of them: betterworker workers NAME"


def in_full(workers: Sequence[About]) -> str:
    return "\n\n".join("\n".join((*_head(each), *_rest(each))) for each in workers)


def as_json(workers: Sequence[About]) -> str:
    return json.dumps([_fields(each) for each in workers], indent=2)


def _head(about: About) -> Iterator[str]:
    worker = about.worker
    yield f"{click.style(worker.name, bold=True)}  {worker.interface.upper()}, {worker.about}"
    if about.missing:
        yield _line("missing", about.missing)
    else:
        yield _line("versions", ", ".join(f"{name} {version}" for name, version in about.versions.items()))


def _rest(about: About) -> Iterator[str]:
    worker = about.worker
    yield _line("command", shlex.join(about.command))
    yield _line("processes", str(about.processes))
    yield _line("threads", "none of its own" if about.threads is None else f"{about.threads} in each process")
    for feature, name in FEATURES.items():
        yield _line(name, _supports(worker, feature))
    if "sync" in worker.cannot:
        yield _line("sync views", f"no: {worker.cannot['sync']}")
    for term in worker.unequal:
        yield _line("unequal", term)
    yield _line("when stopped", f"loses requests: {worker.loses}" if worker.loses else "loses no request")


def _supports(worker: Worker, feature: Feature) -> str:
    if feature in worker.supports:
        return f"yes, {worker.supports[feature]}"
    why = worker.cannot.get("async") if feature == "async" else None
    return f"no: {why}" if why else "no"


def _line(label: str, text: str) -> str:
    return f"  {label:<{LABEL}}  {text}"


def _fields(about: About) -> dict[str, Any]:
    worker = about.worker
    return {
        "name": worker.name,
        "interface": worker.interface,
        "about": worker.about,
        "missing": about.missing,
        "versions": {name: version or None for name, version in about.versions.items()},
        "command": about.command,
        "processes": about.processes,
        "threads": about.threads,
        "supports": {feature: worker.supports.get(feature) for feature in FEATURES},
        "cannot": dict(worker.cannot),
        "unequal": worker.unequal,
        "loses": worker.loses or None,
    }


def renderer(*, named: bool, json_asked: bool) -> Callable[[Sequence[About]], str]:
    if json_asked:
        return as_json
    return in_full if named else as_list

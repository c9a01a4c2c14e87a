"""What the listing commands print."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping

import click

from betterworker.bench.checks import Check
from betterworker.bench.machine import distribution_key
from betterworker.bench.model import Launch, Scenario, Worker
from betterworker.bench.profiles import Profile

EXAMPLE = Launch(
    python="python",
    host="127.0.0.1",
    port=8000,
    processes=1,
    concurrency=1000,
    wsgi="mysite.wsgi:application",
    asgi="mysite.asgi:application",
)
COLOURS = {"ok": "green", "warn": "yellow", "fail": "red", "skip": "bright_black"}


def profiles_help(profiles: Mapping[str, Profile]) -> str:
    return " · ".join(f"{profile.name}: {profile.about}" for profile in profiles.values())


def workers(registry: Mapping[str, Worker], missing: Mapping[str, str], packages: Mapping[str, str]) -> str:
    return "\n\n".join(
        "\n".join(_worker(worker, missing.get(worker.name), packages)) for worker in registry.values()
    )


def _worker(worker: Worker, missing: str | None, packages: Mapping[str, str]) -> Iterable[str]:
    yield f"{click.style(worker.name, bold=True)}  {worker.interface.upper()}, {worker.about}"
    if missing:
        yield f"  missing   {missing}"
    else:
        versions = (f"{name} {packages[distribution_key(name)]}" for name in worker.distributions)
        yield f"  versions  {', '.join(versions)}"
    yield f"  command   {shlex.join(worker.command(EXAMPLE))}"
    for mode, why in worker.cannot.items():
        yield f"  cannot    {mode} views: {why}"
    for term in worker.unequal:
        yield f"  unequal   {term}"


def scenarios(registry: Mapping[str, Scenario]) -> str:
    width = max(map(len, registry))
    return "\n".join(
        f"{click.style(key.ljust(width), bold=True)}  {row.path:<24} {row.about}"
        for key, row in registry.items()
    )


def checks(found: Iterable[Check]) -> str:
    lines = []
    for check in found:
        state = click.style(f"{check.state:<5}", fg=COLOURS[check.state])
        lines.append(f"{state} {check.name}: {check.found}")
        if check.mend:
            lines.append(f"      mend: {check.mend}")
    return "\n".join(lines)

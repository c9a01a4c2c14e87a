"""What the listing commands print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import click

from betterworker.bench.checks import Check
from betterworker.bench.model import Estimate, Paced, Scenario, Swept
from betterworker.bench.profiles import Profile

COLOURS = {"ok": "green", "warn": "yellow", "fail": "red", "skip": "bright_black"}


def profiles_help(profiles: Mapping[str, Profile]) -> str:
    return " · ".join(f"{profile.name}: {profile.about}" for profile in profiles.values())


def scenarios(registry: Mapping[str, Scenario]) -> str:
    width = max(map(len, registry))
    return "\n".join(
        f"{click.style(key.ljust(width), bold=True)}  {row.path:<24} {row.about}"
        for key, row in registry.items()
    )


def cell(judged: Estimate | Paced | Swept) -> str:
    """``uvicorn json:sync``, ``uvicorn json:sync at 50%``, ``uvicorn json:sync at 8 connections``."""
    place = ""
    if isinstance(judged, Paced):
        place = f" at {judged.point}"
    elif isinstance(judged, Swept):
        place = f" at {judged.connections:,} connection{'s' * (judged.connections > 1)}"
    return f"{judged.worker} {judged.scenario}{place}"


def checks(found: Iterable[Check]) -> str:
    lines = []
    for check in found:
        state = click.style(f"{check.state:<5}", fg=COLOURS[check.state])
        lines.append(f"{state} {check.name}: {check.found}")
        if check.mend:
            lines.append(f"      mend: {check.mend}")
    return "\n".join(lines)

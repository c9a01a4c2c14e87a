"""Requests of which none could be looked at: that nothing was found of them means nothing."""

from __future__ import annotations

from collections.abc import Iterator

from betterworker.bench.judge.diagnosis.told import name_of, probed
from betterworker.bench.model import Cost, Project

FEW = 3
ANSWERS = (
    "Write requests that answer into betterworker.toml: into [project] https = true where they are sent on "
    'to HTTPS, or host = "…", one of ALLOWED_HOSTS; a table [login] where they want a log-in.'
)
SOME = "What was not looked at is told below. Where no URL is without arguments: name some in [[requests]]."


def unlooked(project: Project) -> Iterator[Cost]:
    probes = project.probes
    if probes is None or probed(project):
        return
    stopped = [f"{name_of(project, each)} {each.stopped}" for each in probes.requests]
    why = (
        "none of the requests answers by itself as it should" if stopped else "no request was asked by itself"
    )
    yield Cost(
        topic="unlooked",
        weight="note",
        what=f"Nothing could be looked at: {why}",
        evidence=tuple(stopped[:FEW]),
        mend=ANSWERS if stopped else SOME,
    )

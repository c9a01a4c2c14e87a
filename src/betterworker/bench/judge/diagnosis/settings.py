"""Settings that cost every request."""

from __future__ import annotations

from collections.abc import Iterator

from betterworker.bench.judge.diagnosis.told import SOME, counted, ms, name_of, probed, weight_of
from betterworker.bench.model import Cost, Probed, Project

CACHED = '("django.template.loaders.cached.Loader", [loaders])'


def debug(project: Project) -> Iterator[Cost]:
    if project.debug:
        yield Cost(
            topic="debug",
            weight="some",
            what="DEBUG is True: every query is kept and timed, and errors are told to everybody",
            evidence=(f"DEBUG = True in {project.settings}, as it was measured",),
            mend="DEBUG = False where it is deployed and measured; name other settings in [project].",
        )


def sessions(project: Project) -> Iterator[Cost]:
    probes = project.probes
    saving = [each for each in probed(project) if each.times and each.saves >= each.times]
    if probes is None or not (saving or probes.session_every_request):
        return
    engine = probes.session_engine.rpartition(".")[2]
    always = "SESSION_SAVE_EVERY_REQUEST is True"
    yield Cost(
        topic="sessions",
        weight="some" if saving else "note",
        what="The visitor's session is saved on every request"
        if saving
        else f"{always}: each request of a visitor with a session saves it",
        evidence=(
            *(_saved(project, each) for each in saving[:3]),
            f"sessions are kept by {engine}"
            + f"; {always}" * (probes.session_every_request and bool(saving)),
        ),
        mend="SESSION_SAVE_EVERY_REQUEST = False."
        if probes.session_every_request
        else "Write to request.session only what has changed.",
    )


def _saved(project: Project, request: Probed) -> str:
    return (
        f"{name_of(project, request)}: in {request.saves} of {request.times} requests "
        "of a visitor who had been there before"
    )


def templates(project: Project) -> Iterator[Cost]:
    uncached = project.probes.uncached if project.probes else ()
    dear = [each for each in probed(project) if each.compiled and (uncached or _share(each) >= SOME)]
    if not dear:
        return
    yield Cost(
        topic="templates",
        weight="some" if _worst(dear) < SOME else weight_of(_worst(dear)),
        what="Templates are compiled anew on every request",
        evidence=(
            *(_compiled(project, each) for each in dear[:3]),
            *((f"loaders without a cache: {', '.join(uncached)}",) if uncached else ()),
        ),
        mend=f"Put the loaders into a cache: {CACHED}, or leave OPTIONS loaders out."
        if uncached
        else "Make a Template once, or take it from a file: get_template() keeps it.",
    )


def _share(request: Probed) -> float:
    return request.compile_ms / request.wsgi.ms if request.wsgi is not None and request.wsgi.ms else 0.0


def _worst(requests: list[Probed]) -> float:
    return max(map(_share, requests))


def _compiled(project: Project, request: Probed) -> str:
    took = request.wsgi.ms if request.wsgi is not None else 0.0
    number = counted(request.compiled, "template")
    return f"{name_of(project, request)}: {number}, {ms(request.compile_ms)} of its {ms(took)}"

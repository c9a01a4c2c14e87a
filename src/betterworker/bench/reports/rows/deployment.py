"""What to deploy, in sentences: the worker, what it gains and takes, and what it needs."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from betterworker.bench.model.deployed import BASELINE
from betterworker.bench.model.setups import BETTER
from betterworker.bench.reports.rows.figures import ratio_interval
from betterworker.bench.reports.rows.longer import longer
from betterworker.bench.reports.rows.pasting import pasted
from betterworker.bench.reports.rows.record import interval_record, standing_record
from betterworker.bench.reports.rows.words import joined, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from betterworker.bench.model import Deployment, Gain, Run, Summary

#: Beside the title of the section.
DEPLOY = "the best for all requests of the site together, as it was tried here"
FEW = 4
_STOCK = "from django.core.asgi import get_asgi_application"
_HANDLER = "from betterworker.handler import get_asgi_application"


def deploy_lines(summary: Summary) -> tuple[str, ...]:
    """The answer first; empty where the built-in site was measured."""
    found = summary.deployment
    return () if found is None else tuple(map(one_line, _lines(found, summary.run)))


def headline(found: Deployment) -> str:
    """The worker, or that there is none."""
    if found.worker is None:
        return "None"
    return "What runs today" if found.worker == BASELINE else found.worker


def deployment_record(summary: Summary) -> dict[str, object] | None:
    found = summary.deployment
    if found is None:
        return None
    gain = found.gain
    return {
        "sentences": list(deploy_lines(summary)),
        "worker": found.worker,
        "offered": found.offered,
        "sure": found.worker is not None and not found.unsure,
        "tied": list(found.tied),
        "unsure": list(found.unsure),
        "rows": list(found.rows),
        "comparisons": standing_record(found.standing)["comparisons"],
        "aa": interval_record(found.standing.aa),
        "processes": found.processes,
        "threads": found.threads,
        "memory_mb": found.memory_mb,
        "command": list(found.command),
        "application": found.application or None,
        "requirements": list(found.requirements),
        "handler": found.handler,
        "baseline": {
            "command": None if found.baseline is None else one_line(found.baseline),
            "verdict": gain.verdict if gain else None,
            "ratio": interval_record(gain.ratio if gain else None),
            "memory_mb": gain.memory_mb if gain else None,
        },
        "paste": {each.name: each.text for each in pasted(found)},
    }


def _lines(found: Deployment, run: Run) -> Iterator[str]:
    yield f"{'' if run.finished else 'So far: '}{_answer(found)}"
    if found.worker is None:
        return
    if found.unsure:
        yield from longer(found, run)
        yield from _meanwhile(found)
    yield from _gain(found)
    yield from _memory(found)
    if not found.keeps and found.command:
        yield from _needs(found)
        yield from _change(found)
        yield from _processes(found)


def _answer(found: Deployment) -> str:
    if found.worker is None:
        return "No worker can be named: each fails in some row, or none has a figure."
    name = "what it runs on today" if found.worker == BASELINE else found.worker
    if found.unsure:
        front = f"{name} is in front{f', tied with {_few(found.tied)}' if found.tied else ''}"
        return f"The data cannot tell: {front}, but not surely of {_few(found.unsure)}."
    verb = "Keep" if found.keeps else "Deploy"
    if found.tied:
        are = "is" if len(found.tied) == 1 else "are"
        return f"{verb} {name} or {_few(found.tied)}, which {are} as good."
    return f"{verb} {name}{_by(found)}."


def _meanwhile(found: Deployment) -> Iterator[str]:
    if found.command and found.offered is not None:
        near = "the nearest to it" if found.offered != found.worker else "which is in front"
        yield f"Until then, what follows is of {found.offered}, {near}."


def _by(found: Deployment) -> str:
    rivals = tuple(each.rival for each in found.standing.comparisons)
    if len(rivals) > 1:
        return ": it beats all others that were measured"
    return f": it beats {_few(rivals)}" if rivals else ": no other has a figure to compare with"


def _gain(found: Deployment) -> Iterator[str]:
    if found.keeps:
        return
    if found.gain is not None:
        yield _gained(found.gain)
    elif found.fails:
        yield "What it runs on today has no figure for all these requests: nothing can be said of a gain."
    else:
        yield 'What is gained over today: give the command that it runs on now, as --baseline "gunicorn …".'


def _gained(gain: Gain) -> str:
    times = ratio_interval(gain.ratio, "×")
    if gain.verdict == "gains":
        return f"Over what it runs on today: {times} the requests per second."
    if gain.verdict == "tied":
        return f"Over what it runs on today: nothing, {times} the requests per second is a tie."
    told = f"cannot tell, {times} the requests per second: to change may gain nothing"
    return f"Over what it runs on today: {told}."


def _memory(found: Deployment) -> Iterator[str]:
    if found.memory_mb is None:
        return
    count = found.processes or 0
    each = f", {found.memory_mb / count:,.0f} MB each" if count > 1 else ""
    of = f" in {_counted(count, 'process')}" if count else ""
    today = found.gain.memory_mb if found.gain else None
    beside = "" if today is None else f"; what it runs on today takes {today:,.0f} MB"
    yield f"Memory under load: {found.memory_mb:,.0f} MB{of}{each}{beside}."


def _needs(found: Deployment) -> Iterator[str]:
    if found.requirements:
        yield f"To add to the project's requirements: {joined(found.requirements)}."
    else:
        yield "It needs no package that the project has not."


def _change(found: Deployment) -> Iterator[str]:
    if found.handler and found.application != BETTER:
        module = found.application.partition(":")[0].replace(".", "/")
        yield f"In {PurePath(found.folder, module)}.py: {_HANDLER}  (was: {_STOCK})."


def _processes(found: Deployment) -> Iterator[str]:
    if found.processes:
        threads = f" of {_counted(found.threads, 'thread')}" if found.threads else ""
        yield (
            f"It was tried with {_counted(found.processes, 'process')}{threads}: "
            "begin with as many as there are CPUs where it will run."
        )


def _few(names: tuple[str, ...]) -> str:
    shown = [name if name != BASELINE else "what it runs on today" for name in names]
    return joined(shown if len(shown) <= FEW else [*shown[: FEW - 1], f"{len(shown) - FEW + 1} others"])


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{('es' if noun.endswith('s') else 's') * (count != 1)}"

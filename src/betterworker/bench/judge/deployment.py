"""Which worker a user's project should be deployed on, what it takes, and what is gained over today."""

from __future__ import annotations

import re
from collections.abc import Iterator

from betterworker.bench.judge.cells import Cannot
from betterworker.bench.judge.concluded.graded import Graded, graded
from betterworker.bench.judge.concluded.speed import goodput_of
from betterworker.bench.judge.typed import application, typed
from betterworker.bench.model import (
    Comparison,
    Interval,
    Project,
    Result,
    Run,
    Setup,
    Study,
    Summary,
    Verdict,
    worker_name,
)
from betterworker.bench.model.deployed import BASELINE, Deployment, Gain, Gained

#: Rows of this name have all requests by their weights: what the site as a whole gets.
TRAFFIC = "traffic"
HANDLER = "betterworker"
# They come with their servers.
_BROUGHT = frozenset({"packaging", "twisted"})


def deployment(summary: Summary, cannot: Cannot) -> Deployment | None:
    """None of the built-in site, and where no row of a closed loop was asked for."""
    study = summary.run.study
    rows = whole(study)
    if study.project is None or not rows:
        return None
    found = graded(study, goodput_of(summary, "stability", rows), cannot, "site")
    plain = Deployment(
        rows=rows,
        standing=found.standing,
        worker=found.standing.leader,
        project=study.project.name,
        settings=study.project.settings,
        folder=study.project.folder,
        deployed=study.project.deployed,
        baseline=study.project.baseline,
    )
    return plain if plain.worker is None else _of(plain, plain.worker, summary, study.project, found)


def whole(study: Study) -> tuple[str, ...]:
    """The row of mixed traffic where there is one, else every row of a closed loop."""
    rows = tuple(row for row in study.scenarios if row not in study.mixes)
    return tuple(row for row in rows if row.startswith(f"{TRAFFIC}:")) or rows


def _of(plain: Deployment, worker: str, summary: Summary, project: Project, found: Graded) -> Deployment:
    run = summary.run
    offered = _offered(found, worker)
    last = _last(run, offered)
    command = typed(last.command, project) if last is not None else ()
    setup = run.study.setups.get(worker_name(offered))
    handler = worker_name(offered).startswith(HANDLER)
    gain = _gain(summary, found, worker, offered)
    processes = _processes(last, run.study)
    return Deployment(
        rows=plain.rows,
        standing=plain.standing,
        worker=worker,
        offered=offered,
        project=plain.project,
        settings=plain.settings,
        folder=plain.folder,
        deployed=plain.deployed,
        baseline=plain.baseline,
        processes=processes,
        threads=last.asked.threads if last is not None and last.asked is not None else None,
        memory_mb=memory_mb(summary, plain.rows, offered),
        command=command,
        application=application(command, project),
        requirements=tuple(_requirements(setup, project, handler=handler)),
        handler=handler,
        reloads=_reloads(setup, processes),
        gain=gain,
        fails=gain is None and worker != BASELINE and BASELINE in run.study.workers,
    )


def _offered(found: Graded, leader: str) -> str:
    """Those who can choose look for a command: to be told to wait for more blocks gives them none."""
    if leader != BASELINE:
        return leader
    unsure = [each for each in found.standing.comparisons if each.verdict == "cannot tell"]
    return max(unsure, key=lambda each: each.ratio.median).rival if unsure else leader


def memory_mb(summary: Summary, rows: tuple[str, ...], worker: str) -> float | None:
    """The most of any row, of all processes."""
    cells = (each for each in summary.estimates if each.worker == worker and each.scenario in rows)
    return max((each.peak_pss_mb for each in cells if each.peak_pss_mb is not None), default=None)


def _last(run: Run, worker: str) -> Result | None:
    """Its last start whose terms were read."""
    started = [each for each in run.results if each.trial.worker == worker and each.command]
    read = [each for each in started if each.in_force is not None]
    return next(reversed(read or started), None)


def _processes(last: Result | None, study: Study) -> int | None:
    served = last.in_force.processes if last is not None and last.in_force is not None else None
    return served or (study.processes if last is not None else None)


def _reloads(setup: Setup | None, processes: int | None) -> bool:
    """Whether it goes on serving at SIGHUP, as it was tried."""
    least = setup.reloads_from if setup is not None else None
    return least is not None and (processes or 1) >= least


def _requirements(setup: Setup | None, project: Project, *, handler: bool) -> Iterator[str]:
    if handler:
        version = project.added.get(HANDLER)
        yield f"{HANDLER}=={version}" if version else HANDLER
    for name in setup.distributions if setup is not None else ():
        version = project.added.get(re.sub(r"[-_.]+", "-", name).lower())
        if version is not None and name not in _BROUGHT:
            yield f"{name}=={version}"


_GAINED: dict[Verdict, Gained] = {"beats": "gains", "tied": "tied", "cannot tell": "cannot tell"}


def _gain(summary: Summary, found: Graded, leader: str, offered: str) -> Gain | None:
    ahead = leader == BASELINE
    rival = offered if ahead else BASELINE
    against = next((each for each in found.standing.comparisons if each.rival == rival), None)
    if against is None:
        return None
    return Gain(
        ratio=against.ratio if ahead else _inverse(against),
        verdict=_GAINED[against.verdict],
        memory_mb=memory_mb(summary, found.matter.rows, BASELINE),
    )


def _inverse(comparison: Comparison) -> Interval:
    ratio = comparison.ratio
    low, high = (None if end is None else 1 / end for end in (ratio.high, ratio.low))
    return Interval(median=1 / ratio.median, low=low, high=high, n=ratio.n)

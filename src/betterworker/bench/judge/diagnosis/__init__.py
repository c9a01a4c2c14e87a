"""What holds a site back: of its requests by themselves, and of what the run measured. Pure."""

from __future__ import annotations

from betterworker.bench.judge.diagnosis.balance import lopsided
from betterworker.bench.judge.diagnosis.connections import limits, opened
from betterworker.bench.judge.diagnosis.deaths import deaths, raised
from betterworker.bench.judge.diagnosis.gevent import uncooperative
from betterworker.bench.judge.diagnosis.loop import held, hops, sync_only
from betterworker.bench.judge.diagnosis.memory import growth, left_behind
from betterworker.bench.judge.diagnosis.queries import repeated
from betterworker.bench.judge.diagnosis.settings import debug, sessions, templates
from betterworker.bench.judge.diagnosis.streams import collected
from betterworker.bench.judge.diagnosis.told import looked
from betterworker.bench.judge.diagnosis.unlooked import unlooked
from betterworker.bench.judge.diagnosis.waiting import behind_others
from betterworker.bench.model import WEIGHTS, Cost, Project, Summary

__all__ = ["costs", "looked", "of_project"]

_OF_PROJECT = (
    unlooked,
    held,
    left_behind,
    repeated,
    opened,
    hops,
    sync_only,
    templates,
    sessions,
    debug,
    collected,
)
_OF_RUN = (deaths, raised, limits, uncooperative, growth, behind_others, lopsided)


def costs(summary: Summary) -> tuple[Cost, ...]:
    """The gravest first. Of the built-in site only what the run measured."""
    project = summary.run.study.project
    found = [cost for each in _OF_RUN for cost in each(summary)]
    return _sorted([*(of_project(project) if project else ()), *found])


def of_project(project: Project) -> tuple[Cost, ...]:
    """What can be told before any server was started."""
    return _sorted([cost for each in _OF_PROJECT for cost in each(project)])


def _sorted(found: list[Cost]) -> tuple[Cost, ...]:
    return tuple(sorted(found, key=lambda cost: WEIGHTS.index(cost.weight)))

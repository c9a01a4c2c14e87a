"""Rows of several requests, taken apart: each of them beside the others, and by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from betterworker.bench.model import ByRequest, Estimate, Latency, Outcomes, Paced, Part, Result, Run
from betterworker.bench.model.points import MIXES
from betterworker.bench.pacing import counted
from betterworker.bench.stats import latency, merge

Place = tuple[str, str, str]
"""Worker, scenario and point (empty: the closed loop)."""
Cells = Mapping[Place, Estimate | Paced]


def by_request(run: Run, estimates: Iterable[Estimate], paced: Iterable[Paced]) -> tuple[ByRequest, ...]:
    """By scenario, point, name and worker in the study's order; of rows of two names or more."""
    cells: dict[Place, Estimate | Paced] = {(each.worker, each.scenario, ""): each for each in estimates}
    cells |= {(each.worker, each.scenario, each.point): each for each in paced if each.point not in MIXES}
    found = _parts(run.results)
    told = [
        each
        for place, cell in cells.items()
        if len(parts := found.get(place, {})) > 1
        for each in _of_cell(place, cell, parts, _alone(place, cells, run.study.scenarios))
    ]
    rows = list(dict.fromkeys((each.scenario, each.point, each.name) for each in told))
    return tuple(sorted(told, key=lambda each: rows.index((each.scenario, each.point, each.name))))


def _parts(results: Iterable[Result]) -> Mapping[Place, Mapping[str, Sequence[Part]]]:
    found: defaultdict[Place, defaultdict[str, list[Part]]] = defaultdict(lambda: defaultdict(list))
    for result in counted(results):
        trial = result.trial
        for name, part in result.sample.parts.items() if result.sample else ():
            found[trial.worker, trial.scenario, trial.point][name].append(part)
    return found


def _of_cell(
    place: Place,
    cell: Estimate | Paced,
    parts: Mapping[str, Sequence[Part]],
    alone: Mapping[str, Latency | None],
) -> Iterator[ByRequest]:
    worker, scenario, point = place
    outcomes = {name: sum((part.outcomes for part in each), Outcomes()) for name, each in parts.items()}
    sent = sum(each.sent for each in outcomes.values())
    for name, each in parts.items():
        # A cell that publishes no latency has none by request.
        merged = merge(part.latency for part in each if part.latency is not None) if cell.latency else None
        yield ByRequest(
            worker=worker,
            scenario=scenario,
            point=point,
            name=name,
            status=cell.status,
            share=outcomes[name].sent / sent if sent else 0.0,
            outcomes=outcomes[name],
            latency=latency(merged),
            alone=alone.get(name),
        )


def _alone(place: Place, cells: Cells, scenarios: Iterable[str]) -> Mapping[str, Latency | None]:
    """By name, the latency of the rows at the same point: of two modes that of the same one."""
    worker, scenario, point = place
    mode = scenario.rpartition(":")[2]
    # The same mode last: it takes the other one's place.
    others = sorted((key for key in scenarios if key != scenario), key=lambda key: key.endswith(f":{mode}"))
    rows = {key.rpartition(":")[0]: cells.get((worker, key, point)) for key in others}
    return {name: cell.latency for name, cell in rows.items() if cell is not None}

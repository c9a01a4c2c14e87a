"""The HTTP clients of a study, compared under each worker: scenarios stand in the place of workers.

Windows of two scenarios of one worker lie apart in time, but in the same life of its server: the round is
what pairs them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from betterworker.bench.judge.cells import PUBLISHED, row_results
from betterworker.bench.judge.row import row
from betterworker.bench.judge.verdicts import comparisons, settled
from betterworker.bench.judge.windows import Key, Windows
from betterworker.bench.model import MODES, ClientStanding, Estimate, Mode, Run, Standing, Status, Study
from betterworker.bench.stats import Window, nominal_level, together


def client_standings(run: Run, estimates: Sequence[Estimate]) -> tuple[ClientStanding, ...]:
    """One for every worker and mode in which at least two client rows were asked for and one has a figure."""
    found = {key: _by_worker(run, key) for key in run.study.clients}
    return tuple(
        ClientStanding(
            worker=worker, mode=mode, standing=_standing(run.study, mode, keys, worker, found, cells)
        )
        for worker, mode, keys, cells in _compared(run.study, estimates)
    )


def _compared(
    study: Study, estimates: Sequence[Estimate]
) -> Iterator[tuple[str, Mode, list[str], list[Estimate]]]:
    """Worker, mode, the mode's client rows, and the worker's cells of them that are published."""
    for mode in MODES:
        keys = [key for key in study.clients if key.endswith(f":{mode}")]
        for worker in study.workers if len(keys) > 1 else ():
            cells = [
                each
                for each in estimates
                if each.worker == worker and each.scenario in keys and each.status in PUBLISHED
            ]
            if cells:
                yield worker, mode, keys, cells


def _standing(
    study: Study,
    mode: Mode,
    keys: Sequence[str],
    worker: str,
    found: Mapping[str, Mapping[str, Mapping[Key, Window]]],
    cells: Sequence[Estimate],
) -> Standing:
    windows = Windows()
    for each in cells:
        windows.workers[each.scenario] = dict(found[each.scenario][worker])
    name = f"clients:{mode}"
    rounds = len({key for each in windows.workers.values() for key in each})
    judged = row(windows, statuses(study, cells))
    if judged is None:
        return Standing(scenario=name, leader=None, blocks=rounds, settled=rounds > 0)
    told = comparisons(
        judged,
        scenario=name,
        # The strictest of the rows': each was ended at a look of its own.
        level=min(nominal_level(study.looks[key]) for key in keys),
        margin=study.margin,
        blocks_per_round=max(study.blocks_per_round[key] for key in keys),
    )
    return Standing(
        scenario=name,
        leader=judged.leader,
        comparisons=told,
        blocks=rounds,
        settled=settled(judged, told),
    )


def statuses(study: Study, cells: Sequence[Estimate]) -> dict[str, Status]:
    """By scenario. Rows may have different numbers of connections, and so different ceilings: what is at a
    ceiling lower than another's is a lower bound, like what the load limited."""
    ceilings = {each.scenario: study.connections[each.scenario] for each in cells}
    highest = max(ceilings.values())
    return {
        each.scenario: "generator_limited"
        if each.status == "at_ceiling" and ceilings[each.scenario] < highest
        else each.status
        for each in cells
    }


def _by_worker(run: Run, scenario: str) -> dict[str, dict[Key, Window]]:
    """Worker -> round -> all its windows of the round together."""
    parts: defaultdict[str, defaultdict[Key, list[Window]]] = defaultdict(lambda: defaultdict(list))
    for result in row_results(scenario, run.results):
        if result.sample is not None:
            window = Window(completed=result.sample.completed, seconds=result.sample.window_s)
            parts[result.trial.worker][result.trial.round, 0].append(window)
    return {
        worker: {key: together(windows) for key, windows in rounds.items()}
        for worker, rounds in parts.items()
    }

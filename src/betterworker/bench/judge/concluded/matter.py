"""Several rows taken together: what a topic compares, and who leads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from betterworker.bench.judge.cells import Cannot, why_not
from betterworker.bench.judge.row import LEADS, Row, of_pairs, paired
from betterworker.bench.judge.verdicts import comparisons, ratio, settled
from betterworker.bench.model import Estimate, Interval, Paced, Standing, Status, Study, Topic
from betterworker.bench.stats import CONFIDENCE, Pair, Ratios, mean_of_rows, nominal_level, pair_of

AnyCell = Estimate | Paced


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a topic rests on.

    ``cells`` go by worker and row. ``compare`` gives, of a row and two workers, how many times better the
    first is than the second, by round. ``counts`` are the statuses that a comparison takes; where ``fails``,
    a row without a figure counts against its worker. ``aa`` is of two identical servers.
    """

    topic: Topic
    rows: tuple[str, ...]
    cells: Mapping[str, Mapping[str, AnyCell]]
    compare: Callable[[str, str, str], Ratios]
    counts: frozenset[Status] = LEADS
    fails: bool = True
    aa: Pair | None = None

    def served(self, worker: str) -> tuple[str, ...]:
        """The rows in which it has a figure that can be compared."""
        return tuple(row for row, cell in self.cells[worker].items() if cell.status in self.counts)

    def failing(self, worker: str, cannot: Cannot) -> tuple[str, ...]:
        """The rows that speak against it: without a figure, and nobody said so."""
        if not self.fails:
            return ()
        cells = self.cells[worker].items()
        return tuple(row for row, cell in cells if failing(cell, cannot))

    def status(self, worker: str) -> Status:
        every = {self.cells[worker][row].status for row in self.served(worker)}
        return "at_ceiling" if every == {"at_ceiling"} else "ok"


def failing(cell: AnyCell, cannot: Cannot) -> bool:
    if cell.status == "failed":
        return why_not(cell.worker, cell.scenario, cannot) is None
    return cell.status in ("invalid", "saturated")


def together(matter: Matter, cannot: Cannot) -> Row | None:
    """All rows as one, any two workers over those that both have; None where no worker has a figure.

    The leader fails in no row, unless they all do.
    """
    statuses = {worker: matter.status(worker) for worker in matter.cells if matter.served(worker)}

    def compared(first: str, second: str) -> Pair | None:
        rows = [row for row in matter.served(first) if row in matter.served(second)]
        return pair_of(mean_of_rows([matter.compare(row, first, second) for row in rows]))

    pairs = paired(list(statuses), compared)
    sound = [worker for worker in statuses if not matter.failing(worker, cannot)]
    return of_pairs(pairs, statuses, sound or list(statuses), matter.aa)


def stands(study: Study, name: str, matter: Matter, row: Row | None, cannot: Cannot) -> Standing:
    """The leader against every rival that fails in no row: what can be claimed."""
    statuses = {} if row is None else row.statuses
    sound = {slot: each for slot, each in statuses.items() if not matter.failing(slot, cannot)}
    if row is None or row.leader not in sound:
        return Standing(scenario=name, leader=None)
    judged = replace(row, statuses=sound)
    told = comparisons(
        judged,
        scenario=name,
        level=level(study, matter),
        margin=study.margin,
        blocks_per_round=max((study.blocks_per_round.get(key, 1) for key in matter.rows), default=1),
    )
    aa = ratio(judged, judged.aa, 1 - CONFIDENCE) if judged.aa in judged.pairs else None
    rounds = max((pair.rounds for pair in row.pairs.values()), default=0)
    return Standing(
        scenario=name,
        leader=row.leader,
        comparisons=told,
        aa=aa,
        blocks=rounds,
        settled=settled(judged, told),
    )


def to_leader(study: Study, matter: Matter, row: Row, worker: str) -> Interval | None:
    """How many times as good as the leader it is, at the level that planned looks leave to each worker.

    Holm's share between all pairs is for claims of who beats whom: a grade is of one worker.
    """
    both = worker, row.leader
    return ratio(row, both, level(study, matter)) if both in row.pairs else None


def level(study: Study, matter: Matter) -> float:
    """The strictest of the rows': each was ended at a look of its own."""
    looks = (study.looks[key] for key in matter.rows if key in study.looks)
    return min(map(nominal_level, looks), default=1 - CONFIDENCE)

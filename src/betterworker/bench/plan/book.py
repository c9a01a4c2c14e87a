"""What the planner knows of a study under way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from betterworker.bench.judge import PUBLISHED, row_cells
from betterworker.bench.judge.verdicts import dropped, row_standing
from betterworker.bench.model import Result, Standing, Study, Trial, is_twin
from betterworker.bench.pacing import closed_peaks


@dataclass(slots=True)
class Book:
    """``gone`` are cells that cannot be measured (of a sweep each by itself, as ``json:sync@512c``),
    ``dropped`` those that clearly lost; ``blocks`` counts a closed row's blocks, ``settled`` are the rows
    that need no more. ``rounds`` counts the servers' lives."""

    study: Study
    results: list[Result] = field(default_factory=list)
    rows: defaultdict[str, list[Result]] = field(default_factory=lambda: defaultdict(list))
    gone: set[tuple[str, str]] = field(default_factory=set)
    dropped: set[tuple[str, str]] = field(default_factory=set)
    settled: set[str] = field(default_factory=set)
    blocks: Counter[str] = field(default_factory=Counter)
    leaders: dict[str, str] = field(default_factory=dict)
    rounds: int = 0

    def add(self, results: Iterable[Result]) -> None:
        for result in results:
            self.results.append(result)
            trial = result.trial
            if not trial.point:
                self.rows[trial.scenario].append(result)
            if _tells(result):
                self.gone.add((trial.worker, measured_as(trial)))

    def contenders(self, scenario: str) -> list[str]:
        """The slots that a closed row still measures."""
        return [
            slot
            for slot in self.study.workers
            if (slot, scenario) not in self.gone and (slot, scenario) not in self.dropped
        ]

    def able(self, scenario: str) -> list[str]:
        """The slots that can serve a scenario, losers among them."""
        return [slot for slot in self.study.workers if (slot, scenario) not in self.gone]

    def able_at(self, scenario: str, point: str) -> list[str]:
        """Of those the slots that can also serve it at this point."""
        return [slot for slot in self.able(scenario) if (slot, f"{scenario}@{point}") not in self.gone]

    def closed_scenarios(self) -> Sequence[str]:
        return [scenario for scenario in self.study.scenarios if scenario not in self.study.mixes]

    def open_rows(self) -> list[str]:
        """Closed-loop rows that are to get more blocks."""
        return [
            scenario
            for scenario in self.closed_scenarios()
            if scenario not in self.settled
            and self.blocks[scenario] < self.study.looks[scenario][-1]
            and self.contenders(scenario)
        ]

    def blocks_now(self, scenario: str) -> int:
        """How many blocks a row gets in a round: not past its next look."""
        done = self.blocks[scenario]
        next_look = next(look for look in self.study.looks[scenario] if look > done)
        return min(self.study.blocks_per_round[scenario], next_look - done)

    def leader(self, scenario: str) -> str | None:
        """Who leads the row; before its first block, who has led most of the others."""
        contenders = self.contenders(scenario)
        known = self.leaders.get(scenario)
        if known in contenders:
            return known
        wins = Counter(leader for leader in self.leaders.values() if leader in contenders)
        return max(contenders, key=lambda slot: wins[slot], default=None)

    def standing(self, scenario: str) -> Standing:
        """Without the null server's ceilings: a resumed run measures them anew, and must plan the same."""
        return row_standing(self.study, (), scenario, self.rows[scenario])

    def look(self, scenario: str) -> None:
        """Note the row's leader; at a planned look also drop clear losers, and settle what is settled."""
        standing = self.standing(scenario)
        if standing.leader is not None:
            self.leaders[scenario] = standing.leader
        if self.blocks[scenario] in self.study.looks[scenario]:
            self.dropped |= {(slot, scenario) for slot in dropped(standing, self.study.margin)}
            if standing.settled:
                self.settled.add(scenario)

    def peaks(self, scenario: str) -> dict[str, float]:
        """Closed-loop capacity, in RPS, of the slots that have one to publish."""
        rates = self.rates(scenario)
        cells = row_cells(self.study, (), scenario, self.rows[scenario])
        return {
            cell.worker: rates[cell.worker]
            for cell, status in cells
            if status in PUBLISHED and cell.worker in rates
        }

    def rates(self, scenario: str) -> dict[str, float]:
        """Closed-loop goodput, in RPS, of the slots that gave a right answer, fit to publish or not."""
        return {slot: rate for (slot, _), rate in closed_peaks(self.rows[scenario]).items()}

    def peak_pss_mb(self) -> dict[str, float]:
        """The most memory that each slot was seen to hold."""
        peaks: dict[str, float] = {}
        for result in self.results:
            size = result.sample.peak_pss_mb if result.sample else None
            if size is not None:
                slot = result.trial.worker
                peaks[slot] = max(size, peaks.get(slot, 0.0))
        return peaks


def measured_as(trial: Trial) -> str:
    """What a failure ends: who does not survive a crowd may well serve the row."""
    return trial.row if trial.is_swept else trial.scenario


def _tells(result: Result) -> bool:
    """Whether a failure means that this worker cannot serve the scenario.

    The load generator's failure and a backend's say nothing of the server, a twin's nothing of its worker,
    and under a probe a server may well die: that rate is too high then.
    """
    if result.failure is None or result.failure.kind in ("generator", "backend"):
        return False
    return not is_twin(result.trial.worker) and result.trial.point != "objective"

"""A topic with its rows taken together, ready to give every worker its grade."""

from __future__ import annotations

from dataclasses import dataclass

from betterworker.bench.judge.cells import Cannot, why_not
from betterworker.bench.judge.concluded.matter import Matter, stands, to_leader, together
from betterworker.bench.judge.row import Row
from betterworker.bench.model import Interval, Standing, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """Who leads a topic (``row`` is None where nobody has a figure), and what can be claimed of it."""

    study: Study
    matter: Matter
    cannot: Cannot
    row: Row | None
    standing: Standing

    @property
    def leader(self) -> str | None:
        return self.row.leader if self.row is not None else None

    @property
    def rivals(self) -> tuple[str, ...]:
        return self.row.rivals if self.row is not None else ()

    @property
    def known(self) -> bool:
        """Whether anything is known of the noise between the leader and a rival."""
        return any(
            (ratio := self.ratio(rival)) is not None and ratio.low is not None for rival in self.rivals
        )

    def ratio(self, worker: str) -> Interval | None:
        """To the leader; of the leader itself 1."""
        if self.row is None or not self.matter.served(worker):
            return None
        if worker == self.row.leader:
            return Interval(median=1.0, low=1.0, high=1.0, n=self.standing.blocks)
        return to_leader(self.study, self.matter, self.row, worker)

    def failing(self, worker: str) -> tuple[str, ...]:
        return self.matter.failing(worker, self.cannot)

    def declared(self, worker: str) -> str | None:
        """Why it is known to serve none of the rows, or None."""
        reasons = [why_not(worker, row, self.cannot) for row in self.matter.rows]
        return reasons[0] if reasons and all(reasons) else None


def graded(study: Study, matter: Matter, cannot: Cannot, name: str | None = None) -> Graded:
    """``name`` is of its standing: the topic's own when None."""
    row = together(matter, cannot)
    standing = stands(study, name or matter.topic, matter, row, cannot)
    return Graded(study=study, matter=matter, cannot=cannot, row=row, standing=standing)

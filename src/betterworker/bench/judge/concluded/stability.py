"""How often a worker went wrong, over all its trials but the probes that are meant to break it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from betterworker.bench.judge.cells import OTHERS_FAULT, Cannot, why_not
from betterworker.bench.judge.concluded.grades import ERRORS, FAILING_CELLS, RESTARTS, RULES
from betterworker.bench.judge.concluded.matter import AnyCell
from betterworker.bench.judge.concluded.words import counted, named, sentence
from betterworker.bench.model import (
    Conclusion,
    Estimate,
    FailureKind,
    Grade,
    Outcomes,
    Paced,
    Result,
    Summary,
    Swept,
    original_of,
)
from betterworker.bench.pacing import counted as that_count

#: Of trials that say nothing of the worker.
_NOT_ITS_OWN: frozenset[FailureKind] = OTHERS_FAULT | {"generator"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Of one worker.

    ``restarts`` counts servers that had to be started anew, ``died`` trials in which one died; ``ages`` says
    that it gets slower with its age.
    """

    trials: int
    outcomes: Outcomes
    restarts: int
    died: int
    cells: tuple[str, ...]
    failing: tuple[str, ...]
    ages: bool

    @property
    def errors(self) -> float:
        return self.outcomes.errors / self.outcomes.sent if self.outcomes.sent else 0.0


def stability(summary: Summary, cannot: Cannot, worker: str) -> Conclusion:
    """Twins are servers of the same worker.

    What it is known not to do is left out, and so is what was more than it can: probes of the search for its
    capacity, rows that it did not keep up with.
    """
    record = _record(summary, cannot, worker)
    return Conclusion(
        worker=worker,
        topic="stability",
        grade=grade(record),
        rule=RULES["stability"],
        because=sentence(*_because(record)),
        cells=record.cells,
    )


def grade(record: Record) -> Grade:
    if not record.trials:
        return "unmeasured"
    if len(record.failing) > FAILING_CELLS * len(record.cells):
        return "bad"
    if record.failing or record.died or not _within(record, "regular"):
        return "weak"
    return "good" if _within(record, "good") and not record.ages else "regular"


def _within(record: Record, limit: Grade) -> bool:
    return record.errors <= ERRORS[limit] and _rarely(record, limit)


def _because(record: Record) -> list[str]:
    """What keeps it from being good comes first."""
    if not record.trials:
        return ["no trial of its own"]
    told = [*_troubles(record), _errors(record), _restarted(record)]
    blameless = {
        _errors(record): record.errors <= ERRORS["good"],
        _restarted(record): _rarely(record, "good"),
    }
    return sorted(told, key=lambda clause: blameless.get(clause, False))


def _troubles(record: Record) -> Iterator[str]:
    if record.failing:
        yield f"fails {named(record.failing)}, of {counted(len(record.cells), 'cell')}"
    if record.died:
        yield f"died in {counted(record.died, 'trial')}"
    if record.ages:
        yield "gets slower with its age"


def _errors(record: Record) -> str:
    return f"{100 * record.errors:.2g} % errors of {counted(record.outcomes.sent, 'request')}"


def _restarted(record: Record) -> str:
    return f"restarted in {record.restarts:,} of {counted(record.trials, 'trial')}"


def _rarely(record: Record, limit: Grade) -> bool:
    return record.restarts <= RESTARTS[limit] * record.trials


def _record(summary: Summary, cannot: Cannot, worker: str) -> Record:
    cells = {key: each for key, each in _cells(summary, worker) if _its_own(each, cannot)}
    trials = tuple(each for each in _trials(summary.run.results, worker) if each.trial.row in cells)
    samples = [each.sample for each in trials if each.sample is not None]
    return Record(
        trials=len(trials),
        outcomes=sum((sample.outcomes for sample in samples), Outcomes()),
        restarts=_restarts(trials),
        died=sum(each.failure is not None and each.failure.kind == "died" for each in trials),
        cells=tuple(cells),
        failing=tuple(key for key, each in cells.items() if each.status in ("failed", "invalid")),
        ages=any(finding.gate == "drift" for each in cells.values() for finding in each.findings),
    )


def _its_own(cell: AnyCell | Swept, cannot: Cannot) -> bool:
    return cell.status not in ("not_run", "saturated") and why_not(cell.worker, cell.scenario, cannot) is None


def _trials(results: Iterable[Result], worker: str) -> Iterator[Result]:
    for result in that_count(results):
        kind = result.failure.kind if result.failure else None
        if original_of(result.trial.worker) == worker and kind not in _NOT_ITS_OWN:
            yield result


def _restarts(trials: Iterable[Result]) -> int:
    """The trial that left a server restless, and the next one that found it started anew, tell the same."""
    restless = sum(each.sample is not None and not each.sample.rested for each in trials)
    return max(restless, sum(each.restarted for each in trials))


def _cells(summary: Summary, worker: str) -> Iterator[tuple[str, AnyCell | Swept]]:
    """Of every kind that was measured, by the name of its row."""
    every: tuple[AnyCell | Swept, ...] = (*summary.estimates, *summary.paced, *summary.swept)
    for each in every:
        if each.worker == worker:
            yield f"{each.scenario}{_point(each)}", each


def _point(cell: AnyCell | Swept) -> str:
    if isinstance(cell, Estimate):
        return ""
    return f"@{cell.point}" if isinstance(cell, Paced) else f"@{cell.connections}c"

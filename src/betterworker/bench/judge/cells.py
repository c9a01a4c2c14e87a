"""The closed-loop cells of a row: which windows count, what the gates find, and the status that follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from betterworker.bench.gates import GATES, Cell
from betterworker.bench.log_lines import TIMED_OUT
from betterworker.bench.model import Ceiling, FailureKind, Finding, Mode, Result, Status, Study, worker_name
from betterworker.bench.pacing import counted

Cannot = Mapping[str, Mapping[Mode, str]]
"""Worker name -> mode -> why it is known not to do that."""

UNCAPPED: frozenset[Status] = frozenset({"ok", "generator_limited"})
PUBLISHED: frozenset[Status] = UNCAPPED | {"at_ceiling"}
# One of these in any block, and no figure of the cell is published: it holds only while it lives.
BREAKING: frozenset[FailureKind] = frozenset({"start", "not_ready", "wrong_answer", "died"})
ABSENT: frozenset[FailureKind] = frozenset({"not_installed", "skipped"})
# Say nothing of the worker.
OTHERS_FAULT: frozenset[FailureKind] = ABSENT | {"backend"}
LIMITED = frozenset({"generator_limited", "backend_limited"})

_FAILURE_ADVICE: Mapping[FailureKind, str] = {
    "not_installed": "Install it to measure it: pip install 'betterworker[bench]'.",
    "start": "Start it by hand with the stored command and read its log.",
    "not_ready": "Start it by hand, and open the ready path until every process has answered.",
    "wrong_answer": "Open the path by hand: the view, its data or the worker fails.",
    "died": "Read the end of its log in the run folder; memory is a common cause.",
    "generator": "The load generator failed, not the server: run the cell again.",
    "skipped": "Run the study again to measure it.",
    "backend": "The backend failed, not the server: see its log in the run folder, and run the cell again.",
}
_TIMED_OUT = "Its own timeout killed it: make the request shorter, or raise --timeout."
#: What servers need is installed beside a project: where one is missing, it is for what the reason tells.
_OF_A_PROJECT: Mapping[FailureKind, str] = {
    "not_installed": "Mend that, in the project or in its own environment, and run the study again.",
}
_NOT_MEASURED = Finding(
    gate="not_run",
    severity="note",
    message="not measured yet",
    advice="Resume the run to measure it.",
)


def row_results(scenario: str, results: Iterable[Result]) -> tuple[Result, ...]:
    """The closed-loop results of a row that count, twins among them, in order."""
    return counted(
        result for result in results if result.trial.scenario == scenario and not result.trial.point
    )


def row_cells(
    study: Study, ceilings: Sequence[Ceiling], scenario: str, results: Iterable[Result]
) -> list[tuple[Cell, Status]]:
    """The closed-loop cells of a row in the study's order of workers, each with its status.

    ``results`` may hold all of the run's. Cheap: no histogram is read.
    """
    row = row_results(scenario, results)
    own = study.connections[scenario]
    cells = [cell_of(study, ceilings, worker, scenario, row, own) for worker in study.workers]
    return [(cell, judge(cell, {})[0]) for cell in cells]


def judge(cell: Cell, cannot: Cannot) -> tuple[Status, tuple[Finding, ...]]:
    """What the gates and the failures make of a cell."""
    kinds = {result.failure.kind for result in cell.results if result.failure is not None}
    if not cell.results:
        return "not_run", (_NOT_MEASURED,)
    if not cell.samples and kinds <= OTHERS_FAULT:
        return "not_run", _failures(cell, cannot)
    if kinds & BREAKING or not cell.samples:
        return "failed", _failures(cell, cannot)
    found = tuple(finding for gate in GATES if (finding := gate(cell)) is not None)
    return _status(found), tuple(_expected(f, cell, cannot) for f in found) + _failures(cell, cannot)


def why_not(worker: str, scenario: str, cannot: Cannot) -> str | None:
    """Why a worker is known not to do a scenario, or None."""
    mode = cast("Mode", scenario.rpartition(":")[2])
    return cannot.get(worker_name(worker), {}).get(mode)


def cell_of(
    study: Study,
    ceilings: Sequence[Ceiling],
    worker: str,
    scenario: str,
    row: Sequence[Result],
    connections: int,
) -> Cell:
    """One worker's, of the results of a row that was measured with so many connections."""
    return Cell(
        worker=worker,
        scenario=scenario,
        delay_s=study.delays[scenario],
        connections=connections,
        results=tuple(result for result in row if result.trial.worker == worker),
        ceiling=_ceiling(ceilings, connections),
        backend=study.backends.get(study.needs.get(scenario, "")),
        load_cpus=max(len(study.load_cpus), 1),
        of_project=study.project is not None,
    )


def _ceiling(ceilings: Sequence[Ceiling], connections: int) -> Ceiling | None:
    # Of several, the slowest: the generator may have been as slow as that during the cell.
    same = [ceiling for ceiling in ceilings if ceiling.connections == connections]
    return min(same, key=lambda ceiling: ceiling.rps, default=None)


def _expected(finding: Finding, cell: Cell, cannot: Cannot) -> Finding:
    """A failure that the worker declares says so."""
    why = why_not(cell.worker, cell.scenario, cannot) if finding.gate == "fails" else None
    return replace(finding, advice=f"Expected: {why}") if why else finding


def _status(findings: Sequence[Finding]) -> Status:
    gates = {finding.gate for finding in findings}
    if "fails" in gates:
        return "failed"
    if any(finding.severity == "invalid" for finding in findings):
        return "invalid"
    if gates & LIMITED:
        return "generator_limited"
    return "at_ceiling" if "at_ceiling" in gates else "ok"


def _failures(cell: Cell, cannot: Cannot) -> tuple[Finding, ...]:
    failures = [result.failure for result in cell.results if result.failure is not None]
    # Blocks skipped because an earlier one failed say nothing of their own.
    telling = [failure for failure in failures if failure.kind not in ABSENT] or failures
    counts = Counter((failure.kind, failure.reason) for failure in telling)
    tried = len(cell.samples) + len(telling)
    return tuple(
        _failure(cell, kind, reason, f" (in {count} of {tried} windows)" * (count < tried), cannot)
        for (kind, reason), count in counts.items()
    )


def _failure(cell: Cell, kind: FailureKind, reason: str, some: str, cannot: Cannot) -> Finding:
    expected = why_not(cell.worker, cell.scenario, cannot)
    lost_only = kind in OTHERS_FAULT or (kind == "generator" and cell.samples)
    return Finding(
        gate=kind if kind in OTHERS_FAULT else "fails",
        severity="note" if lost_only else "invalid",
        message=reason + some,
        advice=f"Expected: {expected}" if expected and not lost_only else _advice(kind, cell),
    )


def _advice(kind: FailureKind, cell: Cell) -> str:
    tails = (result.failure.log_tail for result in cell.results if result.failure)
    if kind == "died" and any(TIMED_OUT.search(tail) for tail in tails):
        return _TIMED_OUT
    return (_OF_A_PROJECT.get(kind) if cell.of_project else None) or _FAILURE_ADVICE[kind]

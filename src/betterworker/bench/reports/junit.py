"""JUnit XML, as CI systems read it: a test case for each cell and what was asked of it.

A failure there is what the exit status says too; what cannot be told is skipped, with its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite

from betterworker.bench.model import Estimate, Paced
from betterworker.bench.reports.rows.changes import METRICS, change_ratio, place_title
from betterworker.bench.reports.rows.outcomes import outcome_says
from betterworker.bench.reports.rows.words import connections_title, one_line, row_title

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from betterworker.bench.compare import Change, Compared
    from betterworker.bench.conditions import Outcome
    from betterworker.bench.model import Finding, Summary, Swept

    Judged = Estimate | Paced | Swept

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'


def of_run(
    summary: Summary, outcomes: Sequence[Outcome], failed: Collection[Judged], *, unsure: bool = False
) -> str:
    """The gates of every cell (of which ``failed`` fail the run), and every condition in every cell."""
    cells: tuple[Judged, ...] = (*summary.estimates, *summary.paced, *summary.swept)
    gates = [_gates(cell, failed=any(cell is each for each in failed)) for cell in cells]
    return _xml(summary.run.id, [*gates, *(_outcome(each, unsure) for each in outcomes)])


def of_comparison(compared: Compared, outcomes: Sequence[Outcome], *, unsure: bool = False) -> str:
    """Every condition in every cell; without any, every figure that was compared: then none fails."""
    name = f"{compared.after.id} against {compared.before.id}"
    if outcomes:
        return _xml(name, [_outcome(each, unsure) for each in outcomes])
    return _xml(name, [_change(each) for each in compared.changes])


def _gates(cell: Judged, *, failed: bool) -> TestCase:
    case = _case(cell.worker, f"{_title(cell)}: gates")
    says = "; ".join(_sentences(cell.findings)) or cell.status
    if failed:
        case.result = [Failure(says, type_=cell.status)]
    elif cell.status in ("failed", "not_run"):
        case.result = [Skipped(says)]
    elif cell.findings:
        case.system_out = says
    return case


def _title(cell: Judged) -> str:
    if isinstance(cell, Paced):
        return place_title(f"{cell.scenario}@{cell.point}")
    if isinstance(cell, Estimate):
        return row_title(cell.scenario)
    return connections_title(cell.scenario, cell.connections)


def _sentences(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        parts = (one_line(part).rstrip(".") for part in (finding.message, finding.advice) if part)
        yield ". ".join(parts)


def _outcome(outcome: Outcome, unsure: bool) -> TestCase:
    case = _case(outcome.worker, f"{place_title(outcome.row)}: {outcome.condition.text}")
    says = outcome_says(outcome)
    if outcome.holds or (unsure and outcome.holds is None):
        case.result = [Failure(says, type_="holds" if outcome.holds else "cannot tell")]
    elif outcome.holds is None:
        case.result = [Skipped(says)]
    else:
        case.system_out = says
    return case


def _change(change: Change) -> TestCase:
    case = _case(change.worker, f"{place_title(change.row)}: {METRICS[change.metric][0]}")
    says = ": ".join(filter(None, (change_ratio(change), change.fate, one_line(change.reason))))
    if change.fate == "cannot tell":
        case.result = [Skipped(says)]
    else:
        case.system_out = says
    return case


def _case(worker: str, name: str) -> TestCase:
    # XML 1.0 has no place for control characters, escaped or not.
    return TestCase(one_line(name), classname=one_line(worker))


def _xml(name: str, cases: Iterable[TestCase]) -> str:
    suite = TestSuite(one_line(name))
    suite.add_testcases(list(cases))
    document = JUnitXml("betterworker")
    document.add_testsuite(suite)
    document.update_statistics()  # type: ignore[no-untyped-call]
    written = str(document.tostring(), "utf-8")  # type: ignore[no-untyped-call]
    return f"{_DECLARATION}\n{written}\n"

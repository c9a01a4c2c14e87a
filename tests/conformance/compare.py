"""What passes on stock Django and not here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from tests.conformance.modes import Mode
from tests.conformance.runs import Outcome, Run

NOT_RUN = Outcome(outcome="not run")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    test: str
    mode: Mode
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One suite. ``requests`` that the handler had in it, in all its runs together."""

    suite: str
    tests: int
    on_stock: int
    here: int
    requests: int
    differences: int


def passing(run: Run) -> set[str]:
    return {test for test, each in run.items() if each.outcome == "passed"}


def exercising(run: Run) -> set[str]:
    """The tests of those classes of which any had a request for the handler."""
    classes = {class_of(test) for test, each in run.items() if each.requests}
    return {test for test in run if class_of(test) in classes}


def class_of(test: str) -> str:
    """``asgi.tests.ASGITest`` of ``asgi.tests.ASGITest.test_headers``."""
    return test.rpartition(".")[0]


def lost_in_routing(stock: Run, routed: Run, routed_stock: Run) -> set[str]:
    """What Django's own handler does not pass with our clients: they are not Django's in every detail."""
    return (passing(stock) & exercising(routed)) - passing(routed_stock)


def differences(stock: Run, ours: Mapping[Mode, Run], lost: Set[str]) -> list[Difference]:
    """Tests that pass on stock Django and not here, in the runs that they belong to."""
    kept = passing(stock) - lost
    with_requests = kept & exercising(ours[Mode.ROUTED])
    belonging = {Mode.ROUTED: kept, Mode.REPLACED: lost}
    return [
        Difference(test=test, mode=mode, outcome=run.get(test, NOT_RUN))
        for mode, run in ours.items()
        for test in sorted(belonging.get(mode, with_requests))
        if test not in passing(run)
    ]


def confirmed(found: Iterable[Difference], stock: Run, ours: Mapping[Mode, Run]) -> list[Difference]:
    """Of the differences those that are there again in a second run of them, on stock and here."""
    sure = passing(stock)
    return [each for each in found if each.test in sure and each.test not in passing(ours[each.mode])]


def rows(stock: Run, ours: Mapping[Mode, Run], found: Sequence[Difference]) -> list[Row]:
    different = {each.test for each in found}
    sure = passing(stock)
    return [
        Row(
            suite=suite,
            tests=len(tests),
            on_stock=len(tests & sure),
            here=len((tests & sure) - different),
            requests=sum(run[test].requests for run in ours.values() for test in tests if test in run),
            differences=len(tests & different),
        )
        for suite, tests in _by_suite(stock).items()
    ]


def _by_suite(run: Run) -> dict[str, set[str]]:
    suites: dict[str, set[str]] = {}
    for test in run:
        suites.setdefault(suite_of(test), set()).add(test)
    return suites


def suite_of(test: str) -> str:
    """``setUpClass (asgi.tests.ASGITest)`` is asgi's, too."""
    return test.rpartition("(")[2].partition(".")[0]

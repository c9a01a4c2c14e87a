"""The result as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.conformance.compare import Difference, Row

_MOST_TOLD = 20
_HEADS = ("suite", "tests", "pass on stock", "pass here", "requests", "differences")


def table(rows: Sequence[Row]) -> Iterator[str]:
    """``requests`` went through this handler; where there are none a suite has not exercised it."""
    yield _line(_HEADS)
    for row in rows:
        requests = str(row.requests) if row.requests else "not exercised"
        yield _line((row.suite, row.tests, row.on_stock, row.here, requests, row.differences))
    yield _line(
        (
            "all",
            sum(row.tests for row in rows),
            sum(row.on_stock for row in rows),
            sum(row.here for row in rows),
            sum(row.requests for row in rows),
            sum(row.differences for row in rows),
        )
    )


def _line(cells: Sequence[object]) -> str:
    name, *figures = cells
    return f"{name!s:22}" + "".join(f"{figure!s:>15}" for figure in figures)


def told(differences: Sequence[Difference]) -> Iterator[str]:
    """With the end of each traceback; of very many the first ones."""
    for test, each in list(_by_test(differences).items())[:_MOST_TOLD]:
        modes = ", ".join(difference.mode for difference in each)
        yield f"\n{test}\n    passes on stock Django; {each[0].outcome.outcome} here ({modes})"
        yield "\n".join(f"    {line}" for line in each[0].outcome.detail.splitlines()[-12:])
    if (more := len(_by_test(differences)) - _MOST_TOLD) > 0:
        yield f"\n... and {more} more tests."


def _by_test(differences: Sequence[Difference]) -> dict[str, list[Difference]]:
    found: dict[str, list[Difference]] = {}
    for each in differences:
        found.setdefault(each.test, []).append(each)
    return found

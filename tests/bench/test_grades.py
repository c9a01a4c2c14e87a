"""Both sides of every threshold."""

from __future__ import annotations

import pytest

from betterworker.bench.judge.concluded.grades import capped, grades
from betterworker.bench.judge.concluded.stability import Record, grade
from betterworker.bench.model import Grade, Interval, Outcomes
from tests.bench.builders import an_outcomes


def sure(ratio: float) -> tuple[Grade, ...]:
    return grades(Interval(median=ratio, low=ratio, high=ratio, n=4))


def between(low: float, high: float) -> tuple[Grade, ...]:
    return grades(Interval(median=(low + high) / 2, low=low, high=high, n=4))


@pytest.mark.parametrize(
    ("ratio", "grade"),
    [
        (1.2, "good"),
        (0.8, "good"),
        (0.799, "regular"),
        (0.5, "regular"),
        (0.499, "weak"),
        (0.25, "weak"),
        (0.249, "bad"),
        (0.0, "bad"),
    ],
)
def test_a_ratio_has_its_grade(ratio: float, grade: Grade) -> None:
    assert sure(ratio) == (grade,)


def test_an_interval_over_a_threshold_cannot_tell() -> None:
    assert between(0.7, 0.9) == ("good", "regular")
    assert between(0.1, 0.9) == ("good", "regular", "weak", "bad")


def test_without_an_interval_there_is_no_grade() -> None:
    assert grades(Interval(median=0.9, low=None, high=None, n=1)) == ()


def test_a_failing_row_leaves_weak_at_most() -> None:
    assert capped(("good",), 1, 3) == ("weak",)
    assert capped(("bad",), 1, 3) == ("bad",)
    assert capped(("good", "regular", "weak", "bad"), 1, 3) == ("weak", "bad")
    assert capped(("good",), 0, 3) == ("good",)


@pytest.mark.parametrize(("failing", "rows", "found"), [(1, 2, "bad"), (1, 3, "weak"), (2, 4, "bad")])
def test_half_of_the_rows_failing_is_bad(failing: int, rows: int, found: Grade) -> None:
    assert capped(("good",), failing, rows) == (found,)


def stable(cells: int = 20, failing: int = 0, **overrides: object) -> Grade | None:
    """Of 1,000 trials and 100,000 requests, without trouble unless said otherwise."""
    errors = overrides.pop("errors", 0)
    values = {"trials": 1000, "restarts": 0, "died": 0, "ages": False, **overrides}
    outcomes: Outcomes = an_outcomes(sent=100_000, timeout=int(str(errors)))
    names = tuple(f"row-{at}:sync" for at in range(cells))
    return grade(Record(outcomes=outcomes, cells=names, failing=names[:failing], **values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("trouble", "found"),
    [
        ({}, "good"),
        ({"errors": 100}, "good"),
        ({"errors": 101}, "regular"),
        ({"errors": 1000}, "regular"),
        ({"errors": 1001}, "weak"),
        ({"restarts": 10}, "good"),
        ({"restarts": 11}, "regular"),
        ({"restarts": 50}, "regular"),
        ({"restarts": 51}, "weak"),
        ({"ages": True}, "regular"),
        ({"died": 1}, "weak"),
        ({"failing": 1}, "weak"),
        ({"failing": 2}, "weak"),
        ({"failing": 3}, "bad"),
        ({"trials": 0}, "unmeasured"),
    ],
)
def test_stability_has_its_thresholds(trouble: dict[str, int], found: Grade) -> None:
    assert stable(**trouble) == found

from __future__ import annotations

import pytest

from betterworker.bench.compare import compare
from betterworker.bench.errors import BadInput
from tests.bench.compare.runs import STEADY, change_of, closed


def slower(values: tuple[int, ...], factor: float) -> tuple[int, ...]:
    return tuple(round(factor * value) for value in values)


def test_a_control_takes_out_what_the_machine_did() -> None:
    before = closed(a=STEADY, same=STEADY)
    after = closed(a=slower(STEADY, 0.5), same=slower(STEADY, 0.5))
    assert change_of(compare(before, after)).fate == "worse"
    change = change_of(compare(before, after, control="same"))
    assert change.ratio is not None
    assert change.ratio.median == pytest.approx(1.0)
    assert change.fate == "cannot tell"


def test_a_control_leaves_what_the_server_did() -> None:
    before = closed(a=STEADY, same=STEADY)
    after = closed(a=slower(STEADY, 0.25), same=slower(STEADY, 0.5))
    change = change_of(compare(before, after, control="same"))
    assert change.ratio is not None
    assert change.ratio.median == pytest.approx(0.5, rel=0.01)
    assert change.fate == "worse"


def test_two_noises_are_more_than_one() -> None:
    before, after = closed(a=STEADY, same=STEADY), closed(a=STEADY, same=STEADY)
    plain, controlled = (change_of(compare(before, after, control=each)).ratio for each in (None, "same"))
    assert plain is not None
    assert controlled is not None
    assert plain.high is not None
    assert controlled.high is not None
    assert controlled.high > plain.high


def test_the_control_itself_is_not_listed() -> None:
    run = closed(a=STEADY, same=STEADY)
    compared = compare(run, run, control="same")
    assert {change.worker for change in compared.changes} == {"a"}
    assert compared.control == "same"


def test_without_the_controls_figure_a_row_cannot_be_told() -> None:
    before, after = closed(a=STEADY, same=STEADY), closed(a=STEADY, same=(0, 0))
    change = change_of(compare(before, after, control="same"))
    assert (change.fate, change.reason) == ("cannot tell", "the control same cannot be compared here")


def test_a_control_has_to_be_in_both_runs() -> None:
    with pytest.raises(
        BadInput, match=r"No worker of both runs is called 'uvicron'\. Did you mean 'uvicorn'"
    ):
        compare(closed(uvicorn=STEADY), closed(uvicorn=STEADY), control="uvicron")


def test_beside_a_control_there_has_to_be_something() -> None:
    with pytest.raises(BadInput, match="nothing to compare"):
        compare(closed(a=STEADY), closed(a=STEADY), control="a")

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from betterworker.bench.compare import compare
from tests.bench.builders import a_failure, a_sample, an_outcomes, results
from tests.bench.compare.runs import STEADY, change_of, closed, fates, judged, opened

if TYPE_CHECKING:
    from betterworker.bench.model import Sample, Summary

PLAIN = a_sample(latency=None)
BROKEN = a_sample(outcomes=an_outcomes(sent=1000, bad_status=900))


def times(factor: float) -> tuple[int, ...]:
    return tuple(round(factor * value) for value in STEADY)


def of_memory(*peaks: float) -> tuple[Sample, ...]:
    return tuple(a_sample(peak_pss_mb=peak) for peak in peaks)


@pytest.mark.parametrize(("factor", "fate"), [(0.8, "worse"), (1.0, "same"), (1.25, "better")])
def test_a_change_is_claimed_where_the_interval_carries_it(factor: float, fate: str) -> None:
    change = change_of(compare(closed(a=STEADY), closed(a=times(factor))))
    assert change.ratio is not None
    assert change.ratio.median == pytest.approx(factor, rel=0.001)
    assert change.ratio.n == 3
    # Where it is the same, three rounds are too few to show that.
    assert change.fate == (fate if factor != 1 else "cannot tell")


def test_many_equal_rounds_show_that_it_is_the_same() -> None:
    rounds = STEADY * 10
    assert change_of(compare(closed(a=rounds), closed(a=rounds))).fate == "same"


def test_less_memory_is_better() -> None:
    before, after = closed(a=of_memory(100, 101, 99)), closed(a=of_memory(80, 81, 79))
    assert change_of(compare(before, after), "memory").fate == "better"
    assert change_of(compare(after, before), "memory").fate == "worse"


def test_cpu_is_of_an_answer() -> None:
    before = closed(a=[a_sample(server_cpu_s=cpu) for cpu in (0.5, 0.51, 0.49)])
    after = closed(a=[a_sample(server_cpu_s=cpu) for cpu in (1.0, 1.02, 0.98)])
    change = change_of(compare(before, after), "cpu")
    assert change.before == pytest.approx(0.5)
    assert change.fate == "worse"
    assert change.ratio is not None
    assert change.ratio.median == pytest.approx(2.0)


def test_a_run_against_itself_has_not_changed() -> None:
    noisy = closed(a=(900, 1000, 1300), b=(500, 510, 800), c=(5, 9, 7))
    assert {change.fate for change in compare(noisy, noisy).changes} <= {"same", "cannot tell"}


def test_swapped_runs_give_the_inverse() -> None:
    before, after = closed(a=STEADY), closed(a=times(0.8))
    there, back = change_of(compare(before, after)).ratio, change_of(compare(after, before)).ratio
    assert there is not None
    assert back is not None
    assert there.low is not None
    assert back.high == pytest.approx(1 / there.low)


def test_one_round_in_each_run_tells_nothing() -> None:
    change = change_of(compare(closed(a=(1000,)), closed(a=(500,))))
    assert (change.fate, change.reason) == ("cannot tell", "one round in each run shows no noise")
    assert change.ratio is None


def test_windows_of_one_round_are_no_rounds() -> None:
    blocks = [replace(r, trial=replace(r.trial, round=1)) for r in results("a", "json:sync", *STEADY)]
    run = judged(blocks, workers=("a",), scenarios=("json:sync",))
    assert change_of(compare(run, run)).fate == "cannot tell"


def test_the_others_rounds_say_what_noise_is() -> None:
    before, after = closed(a=(1000,), b=STEADY), closed(a=(500,), b=STEADY)
    assert fates(compare(before, after)) == {"a": "worse", "b": "cannot tell"}


def test_other_rows_do_where_a_row_has_one_worker() -> None:
    def run(first: int) -> Any:
        parts = (results("a", "json:sync", first), results("a", "json:async", *STEADY))
        return judged(*parts, workers=("a",), scenarios=("json:sync", "json:async"))

    changes = {
        change.scenario: change.fate
        for change in compare(run(1000), run(500)).changes
        if change.metric == "goodput"
    }
    assert changes == {"json:sync": "worse", "json:async": "cannot tell"}


@pytest.mark.parametrize("gone", [BROKEN, a_failure(kind="died")])
def test_a_cell_that_lost_its_figure_broke(gone: Any) -> None:
    change = change_of(compare(closed(a=STEADY), closed(a=(gone, gone))))
    assert (change.fate, change.reason, change.after) == ("broke", "failed now", None)


def test_a_cell_that_got_a_figure_mended() -> None:
    change = change_of(compare(closed(a=(BROKEN, BROKEN)), closed(a=STEADY)))
    assert (change.fate, change.reason, change.before) == ("mended", "failed before", None)


def test_that_a_cell_broke_is_said_once() -> None:
    compared = compare(closed(a=STEADY), closed(a=(BROKEN, BROKEN)))
    assert [change.metric for change in compared.changes] == ["goodput"]


def test_a_cell_that_was_not_measured_did_not_break() -> None:
    skipped = a_failure(kind="skipped", reason="its backend is not here")
    change = change_of(compare(closed(a=STEADY), closed(a=(skipped,))))
    assert (change.fate, change.reason) == ("cannot tell", "not measured in the second")


def test_a_cell_without_a_figure_in_either_run_is_not_listed() -> None:
    broken = closed(a=(BROKEN, BROKEN))
    assert compare(broken, broken).changes == ()


def test_what_the_load_limits_cannot_be_told() -> None:
    busy = [a_sample(completed=count, generator_cpu=0.99) for count in STEADY]
    change = change_of(compare(closed(a=STEADY), closed(a=busy)))
    assert (change.fate, change.reason) == ("cannot tell", "limited by the load generator, not by the server")


def test_at_the_ceiling_in_both_runs_is_the_same() -> None:
    def run(*counts: int) -> Any:
        parts = results("a", "json:sync", *counts)
        return judged(parts, workers=("a",), scenarios=("json:sync",), delays={"json:sync": 1.0})

    change = change_of(compare(run(199, 200), run(197, 198)))
    assert (change.fate, change.reason) == ("same", "at the ceiling in both runs")


def test_the_worst_comes_first() -> None:
    before = closed(a=STEADY, b=STEADY, c=STEADY, d=STEADY)
    after = closed(a=times(1.5), b=times(0.7), c=times(0.5), d=(BROKEN, BROKEN))
    goodputs = [change.worker for change in compare(before, after).changes if change.metric == "goodput"]
    assert goodputs == ["d", "c", "b", "a"]


def test_what_is_only_in_one_run_is_named() -> None:
    compared = compare(closed(a=STEADY, b=STEADY), closed(scenario="json:async", a=STEADY))
    assert compared.only_before == ("b", "json:sync")
    assert compared.only_after == ("json:async",)
    assert compared.changes == ()


def test_the_middle_of_all_ratios_is_told() -> None:
    before = closed(a=STEADY, b=STEADY, c=STEADY)
    after = closed(a=times(0.8), b=times(0.82), c=times(1.2))
    assert compare(before, after).middle == pytest.approx(0.82, abs=0.01)


def test_tails_at_one_rate_are_compared() -> None:
    change = change_of(compare(opened("a", 10, 10.2, 9.9), opened("a", 30, 30.5, 29.8)), "p99")
    assert (change.row, change.fate) == ("json:sync@common", "worse")
    assert change.after == pytest.approx(30, rel=0.02)


def test_a_tail_of_few_requests_is_their_p95() -> None:
    before, after = opened("a", 10, 10.2, sent=400), opened("a", 30, 30.5, sent=1500)
    assert [change.metric for change in compare(before, after).changes] == ["p95"]


def test_tails_at_other_rates_are_not_compared() -> None:
    compared = compare(opened("a", 10, 11, rate=500), opened("a", 10, 11, rate=550))
    assert compared.changes == ()
    (cell,) = compared.elsewhere
    assert (cell.before, cell.after) == (500, 550)


def test_rates_within_two_per_cent_are_the_same() -> None:
    assert compare(opened("a", 10, 11, rate=500), opened("a", 10, 11, rate=509)).elsewhere == ()


def test_other_percentiles_and_errors_are_compared_when_asked_for() -> None:
    before, after = opened("a", 10, 10.2, 9.9), opened("a", 30, 30.5, 29.8)
    found = {change.metric: change.fate for change in compare(before, after, also=["p50", "errors"]).changes}
    assert found == {"p99": "worse", "p50": "worse", "errors": "same"}


def test_errors_are_the_difference_of_shares() -> None:
    before = closed(a=[a_sample()] * 2)
    after = closed(a=[a_sample(outcomes=an_outcomes(sent=1000, timeout=100))] * 2)
    change = change_of(compare(before, after, also=["errors"]), "errors")
    assert (change.before, change.fate) == (0, "worse")
    assert change.after == pytest.approx(0.1)
    assert change.ratio is not None
    assert change.ratio.median == pytest.approx(0.1, abs=0.005)


def of_noise(rng: random.Random, factor: float = 1.0) -> Summary:
    """Twenty workers in four rounds with the noise of a shared machine; one is ``factor`` times as fast."""

    def windows(speed: float) -> list[Sample]:
        return [replace(PLAIN, completed=round(speed * math.exp(rng.gauss(0, 0.05)))) for _ in range(4)]

    workers = {f"w{number}": windows(1000 if number else 1000 * factor) for number in range(20)}
    parts = [results(worker, "json:sync", *values) for worker, values in workers.items()]
    return judged(*parts, workers=tuple(workers), scenarios=("json:sync",))


def test_noise_alone_hardly_ever_claims_anything() -> None:
    rng = random.Random(1)
    claims = 0
    for _ in range(20):
        compared = compare(of_noise(rng), of_noise(rng))
        claims += any(change.fate in ("worse", "better") for change in compared.changes)
    assert claims <= 2


def test_a_loss_of_a_third_is_found_among_it() -> None:
    rng = random.Random(2)
    found = [compare(of_noise(rng), of_noise(rng, 0.67)) for _ in range(5)]
    assert sum(fates(compared)["w0"] == "worse" for compared in found) >= 4

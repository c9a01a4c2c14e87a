from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from betterworker.bench.judge import dropped, row_standing
from betterworker.bench.model import is_twin
from tests.bench.builders import a_failure, a_result, a_sample, a_study, results

if TYPE_CHECKING:
    from collections.abc import Sequence

    from betterworker.bench.model import Comparison, Result, Sample, Standing, Study

ROW = "json:sync"
LOST = a_failure(kind="generator", reason="lost")


def noisy(rate: float, rounds: int, *, seed: int, sd: float = 0.02) -> list[int]:
    """Windows of one round each, around a rate; the same seed gives the same."""
    rng = random.Random(seed)
    return [round(rate * math.exp(rng.gauss(0, sd))) for _ in range(rounds)]


def limited(*counts: int) -> list[Sample]:
    return [a_sample(completed=count, generator_cpu=0.99) for count in counts]


def study_of(workers: Sequence[str], **overrides: Any) -> Study:
    return a_study(workers, (ROW,), **{"looks": {ROW: (16,)}, **overrides})


def stands(study: dict[str, Any] | None = None, /, **windows: Sequence[Any]) -> Standing:
    """A row of workers named by keyword, a block and round each window; ``a_twin`` is the twin of ``a``."""
    slots = {name.replace("_", "#"): values for name, values in windows.items()}
    rows = [result for slot, values in slots.items() for result in results(slot, ROW, *values)]
    return of(rows, **(study or {}))


def of(rows: Sequence[Result], **overrides: Any) -> Standing:
    workers = dict.fromkeys(each.trial.worker for each in rows if not is_twin(each.trial.worker))
    return row_standing(study_of(tuple(workers), **overrides), (), ROW, rows)


def against(standing: Standing, rival: str) -> Comparison:
    (found,) = (each for each in standing.comparisons if each.rival == rival)
    return found


def verdicts(standing: Standing) -> dict[str, str]:
    return {each.rival: each.verdict for each in standing.comparisons}


def figures(standing: Standing, rival: str) -> tuple[float | None, ...]:
    ratio = against(standing, rival).ratio
    return ratio.median, ratio.low, ratio.high


def width(comparison: Comparison) -> float:
    """Of its interval, as a factor."""
    low, high = comparison.ratio.low, comparison.ratio.high
    assert low is not None
    assert high is not None
    return high / low


def moved(result: Result, **changes: Any) -> Result:
    return replace(result, trial=replace(result.trial, **changes))


def test_a_clear_difference_is_a_win() -> None:
    standing = stands(slow=noisy(900, 8, seed=1), fast=noisy(1000, 8, seed=2))
    assert (standing.leader, verdicts(standing)) == ("fast", {"slow": "beats"})
    assert against(standing, "slow").ratio.median == pytest.approx(0.9, abs=0.03)


def test_equivalence_inside_the_margin_is_a_tie() -> None:
    standing = stands(a=noisy(1000, 16, seed=1, sd=0.01), b=noisy(1000, 16, seed=2, sd=0.01))
    assert list(verdicts(standing).values()) == ["tied"]


def test_a_wider_margin_ties_more() -> None:
    windows = {"a": noisy(1000, 16, seed=1), "b": noisy(990, 16, seed=2)}
    assert verdicts(stands({"margin": 0.05}, **windows)) == {"b": "tied"}
    assert verdicts(stands({"margin": 0.01}, **windows)) == {"b": "cannot tell"}


def test_a_small_difference_inside_the_margin_is_a_tie_even_where_it_is_certain() -> None:
    standing = stands(a=noisy(1000, 16, seed=1, sd=0.001), b=noisy(990, 16, seed=2, sd=0.001))
    assert verdicts(standing) == {"b": "tied"}
    assert (against(standing, "b").ratio.high or 1.0) < 1.0


def test_noise_leaves_it_open_and_says_how_many_blocks_it_would_take() -> None:
    standing = stands(a=noisy(1000, 6, seed=1, sd=0.1), b=noisy(990, 6, seed=2, sd=0.1))
    (comparison,) = standing.comparisons
    assert (comparison.verdict, standing.settled) == ("cannot tell", False)
    assert comparison.more is not None
    assert comparison.more > 6


def test_the_blocks_it_would_take_are_whole_rounds() -> None:
    windows = {"a": noisy(1000, 6, seed=1, sd=0.1), "b": noisy(990, 6, seed=2, sd=0.1)}
    one, four = stands(**windows), stands({"blocks_per_round": {ROW: 4}}, **windows)
    assert one.comparisons[0].more is not None
    assert four.comparisons[0].more == 4 * one.comparisons[0].more


def test_a_verdict_comes_with_no_further_blocks() -> None:
    standing = stands(a=noisy(1000, 8, seed=1), b=noisy(500, 8, seed=2))
    assert against(standing, "b").more is None


@pytest.mark.parametrize("seed", range(30))
def test_verdict_and_interval_agree(seed: int) -> None:
    rng = random.Random(seed)
    windows = {name: noisy(rng.choice((900, 950, 1000)), 6, seed=rng.randrange(10**6)) for name in "abcde"}
    for comparison in stands(**windows).comparisons:
        low, high = comparison.ratio.low, comparison.ratio.high
        assert low is not None
        assert high is not None
        inside = low >= 1 / 1.03 and high <= 1.03
        assert (comparison.verdict == "tied") == inside
        assert (comparison.verdict == "beats") == (high < 1 and not inside)


def test_more_rivals_ask_for_more_certainty() -> None:
    two = {"a": noisy(1000, 8, seed=1), "b": noisy(1000, 8, seed=2)}
    others = {name: noisy(1000, 8, seed=seed) for seed, name in enumerate("cdef", 3)}
    wider, narrow = stands(**two, **others), stands(**two)
    assert min(map(width, wider.comparisons)) > width(narrow.comparisons[0])


def test_more_looks_ask_for_more_certainty() -> None:
    windows = {"a": noisy(1000, 8, seed=1), "b": noisy(950, 8, seed=2)}
    once, often = (stands({"looks": {ROW: looks}}, **windows) for looks in ((8,), (4, 6, 8)))
    assert width(once.comparisons[0]) < width(often.comparisons[0])


def test_restarts_are_the_unit_and_blocks_of_one_round_are_not() -> None:
    windows = {"a": noisy(1000, 4, seed=1), "b": noisy(950, 4, seed=2)}
    rows = [each for slot, values in windows.items() for each in results(slot, ROW, *values)]
    again = [moved(each, block=each.trial.block + 100) for each in rows]
    assert figures(of([*rows, *again]), "b") == pytest.approx(figures(of(rows), "b"))


def test_what_the_windows_of_a_block_share_cancels() -> None:
    a, b = noisy(1000, 8, seed=1), noisy(900, 8, seed=2)
    swings = noisy(100, 8, seed=3, sd=0.5)
    swung = stands(
        a=[x * swing for x, swing in zip(a, swings, strict=True)],
        b=[x * swing for x, swing in zip(b, swings, strict=True)],
    )
    assert figures(swung, "b") == pytest.approx(figures(stands(a=a, b=b), "b"), rel=1e-3)


def test_a_block_that_a_worker_missed_is_missing_for_its_pairs_alone() -> None:
    a, b, c = (noisy(rate, 8, seed=rate) for rate in (1000, 900, 800))
    standing = stands(a=a, b=[*b[:5], LOST, *b[6:]], c=c)
    assert [against(standing, rival).ratio.n for rival in "bc"] == [7, 8]
    assert standing.blocks == 8


def test_who_failed_takes_no_part() -> None:
    standing = stands(a=noisy(1000, 4, seed=1), b=[2000, a_failure(kind="died"), 2000, 2000])
    assert (standing.leader, standing.comparisons) == ("a", ())


def test_a_row_without_a_figure_has_no_leader() -> None:
    nothing = stands(a=[a_failure()], b=[a_failure()])
    assert (nothing.leader, nothing.comparisons, nothing.aa, nothing.blocks) == (None, (), None, 0)


def test_a_row_not_yet_measured_is_not_settled() -> None:
    assert not of(results("b", "json:async", 1000)).settled


def test_a_worker_alone_leads_and_has_nothing_to_settle() -> None:
    standing = stands(a=[1000, 1000])
    assert (standing.leader, standing.comparisons, standing.settled) == ("a", (), True)


def test_a_single_round_tells_nothing() -> None:
    (comparison,) = stands(a=[1000], b=[10]).comparisons
    assert (comparison.verdict, comparison.ratio.low, comparison.more) == ("cannot tell", None, None)


def test_a_generator_limited_worker_never_leads_and_is_never_beaten() -> None:
    above = stands(a=noisy(1000, 8, seed=1), b=limited(*noisy(3000, 8, seed=2)))
    below = stands(a=noisy(1000, 8, seed=1), b=limited(*noisy(300, 8, seed=2)))
    assert [each.leader for each in (above, below)] == ["a", "a"]
    assert [verdicts(each) for each in (above, below)] == [{"b": "cannot tell"}] * 2
    assert [against(each, "b").more for each in (above, below)] == [None, None]


def test_more_blocks_could_not_settle_a_lower_bound() -> None:
    assert stands(a=noisy(1000, 8, seed=1), b=limited(*noisy(900, 8, seed=2))).settled
    assert stands(a=limited(1000, 1010), b=limited(900, 910)).settled


def test_at_the_ceiling_all_tie_and_beat_the_others() -> None:
    delay = {"delays": {ROW: 1.0}}
    standing = stands(delay, a=[199, 198, 199], b=[196, 197, 195], c=noisy(100, 3, seed=1))
    assert (standing.leader, verdicts(standing)) == ("a", {"b": "tied", "c": "beats"})


def test_windows_without_an_answer_can_still_be_beaten() -> None:
    standing = stands(a=noisy(4000, 8, seed=1), b=[0, 1, 0, 0, 1, 0, 0, 1])
    assert verdicts(standing) == {"b": "beats"}


def test_the_aa_is_the_twin_over_its_original() -> None:
    standing = stands(a=[1000] * 4, a_twin=[1010, 1020, 1010, 1020], b=[500] * 4)
    assert standing.aa is not None
    assert standing.aa.median == pytest.approx(1.015, abs=1e-3)
    assert (standing.aa.n, [each.rival for each in standing.comparisons]) == (4, ["b"])


def test_the_aa_is_pooled_over_whoever_led() -> None:
    first = [*results("a", ROW, 1000, 1000), *results("a#twin", ROW, 1100, 1100)]
    later = [*results("b", ROW, 500, 500), *results("b#twin", ROW, 550, 550)]
    standing = of([*first, *(moved(each, round=each.trial.round + 2) for each in later)])
    assert standing.aa is not None
    assert standing.aa.median == pytest.approx(1.1)
    assert standing.aa.n == 4


def test_no_difference_inside_the_aa_is_claimed() -> None:
    windows = {"a": noisy(1000, 8, seed=1), "b": noisy(900, 8, seed=2)}
    assert verdicts(stands(**windows)) == {"b": "beats"}
    assert verdicts(stands(**windows, a_twin=noisy(850, 8, seed=3))) == {"b": "beats"}
    assert verdicts(stands(**windows, a_twin=noisy(900, 8, seed=3))) == {"b": "cannot tell"}


def test_a_twin_whose_original_was_lost_says_nothing() -> None:
    standing = stands(a=[1000, LOST, 1000], a_twin=[1000, 1, 1000], b=[500] * 3)
    assert standing.aa is not None
    assert standing.aa.n == 2


def test_of_a_repeated_block_only_the_last_attempt_counts() -> None:
    rows = [*results("a", ROW, *noisy(1000, 4, seed=1)), *results("b", ROW, *noisy(900, 4, seed=2))]
    spoilt = replace(rows[5], sample=a_sample(completed=5))
    again = moved(rows[5], attempt=2)
    assert of([*rows[:5], spoilt, *rows[6:], again]) == of(rows)


def test_groups_chain_their_ratios_through_the_leader_they_share() -> None:
    a, b, c = (noisy(rate, 6, seed=rate) for rate in (1000, 900, 800))
    whole = [*results("a", ROW, *a), *results("b", ROW, *b), *results("c", ROW, *c)]
    later = [*results("a", ROW, *(2 * x for x in a)), *results("c", ROW, *(2 * x for x in c))]
    parted = [*whole[:12], *(moved(each, group=1) for each in later)]
    assert figures(of(parted), "b") == pytest.approx(figures(of(whole), "b"), rel=1e-3)
    assert figures(of(parted), "c") == pytest.approx(figures(of(whole), "c"), rel=1e-3)


def test_a_group_whose_leader_was_lost_cannot_be_chained() -> None:
    whole = [*results("a", ROW, *[1000] * 4), *results("b", ROW, *[900] * 4)]
    later = [*results("a", ROW, 2000, LOST, 2000, 2000), *results("c", ROW, *[1600] * 4)]
    standing = of([*whole, *(moved(each, group=1) for each in later)])
    assert [against(standing, rival).ratio.n for rival in "bc"] == [4, 3]


def test_the_twin_is_compared_inside_its_own_group() -> None:
    whole = [*results("a", ROW, 1000, 1000), *results("b", ROW, 900, 900)]
    later = [*results("a", ROW, 2000, 2000), *results("a#twin", ROW, 2020, 2020)]
    standing = of([*whole, *(moved(each, group=1) for each in later)])
    assert standing.aa is not None
    assert standing.aa.median == pytest.approx(1.01)


def test_a_dropped_worker_is_compared_on_the_blocks_it_had() -> None:
    early, late = noisy(1000, 4, seed=1), noisy(4000, 4, seed=2)
    standing = stands(a=[*early, *late], b=[round(1.02 * x) for x in early], c=[*early, *late])
    assert standing.leader == "b"
    assert against(standing, "a").ratio.n == 4


def test_who_clearly_lost_is_dropped() -> None:
    standing = stands(
        a=noisy(1000, 8, seed=1), b=noisy(950, 8, seed=2), c=noisy(500, 8, seed=3), d=noisy(990, 8, seed=4)
    )
    assert verdicts(standing) == {"b": "beats", "c": "beats", "d": "tied"}
    assert dropped(standing, 0.03) == ("c",)


def test_a_row_is_settled_when_every_rival_is() -> None:
    assert stands(a=noisy(1000, 8, seed=1), b=noisy(500, 8, seed=2)).settled
    assert not stands(
        a=noisy(1000, 8, seed=1), b=noisy(500, 8, seed=2), c=noisy(990, 8, seed=3, sd=0.1)
    ).settled


def test_open_loop_windows_take_no_part() -> None:
    rows = [*results("a", ROW, *[1000] * 3), *results("b", ROW, *[900] * 3)]
    paced = [a_result(trial=replace(each.trial, point="80%", round=9), sample=each.sample) for each in rows]
    assert of([*rows, *paced]) == of(rows)

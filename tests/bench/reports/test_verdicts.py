from __future__ import annotations

from typing import TYPE_CHECKING, Any

from betterworker.bench.reports.rows import verdicts
from tests.bench.builders import a_comparison, a_standing, a_summary, an_estimate, an_interval
from tests.bench.reports.runs import every_kind

if TYPE_CHECKING:
    from betterworker.bench.model import Comparison, Verdict


def against(rival: str, verdict: Verdict = "beats", **overrides: Any) -> Comparison:
    return a_comparison(leader="a", rival=rival, verdict=verdict, **overrides)


def line(*comparisons: Comparison, best: str = "a", limited: str = "") -> str:
    """Of a row that ``a`` leads, without its title."""
    workers = ("a", *(comparison.rival for comparison in comparisons))
    estimates = (
        an_estimate(
            worker=worker, best=worker in best, status="generator_limited" if worker == limited else "ok"
        )
        for worker in workers
    )
    (told,) = verdicts(a_summary(*estimates, standings=(a_standing(*comparisons),)))
    return told.removeprefix("Sync JSON: ")


def test_a_winner_comes_with_its_nearest_rival() -> None:
    far = against("c", ratio=an_interval(median=0.1, low=0.09, high=0.11))
    assert line(far, against("b")) == "a beats b by 1.25× [1.22, 1.28] and 1 other"


def test_a_rival_alone_needs_no_others() -> None:
    assert line(against("b")) == "a beats b by 1.25× [1.22, 1.28]"


def test_those_who_share_the_mark_are_said_to_be_tied() -> None:
    assert line(against("b", "tied"), best="ab") == "a and b (tied)"
    assert (
        line(against("b", "tied"), against("c"), best="ab")
        == "a and b (tied); a beats c by 1.25× [1.22, 1.28]"
    )


def test_a_row_that_is_half_told_says_which_half() -> None:
    unsure = against("d", "cannot tell", more=12)
    assert line(against("b"), against("c", "tied"), unsure, best="") == (
        "a beats b by 1.25× [1.22, 1.28]; tied with c; cannot tell it from d (about 12 more blocks)"
    )
    assert line(against("c", "tied"), unsure, best="").startswith("a is tied with c; cannot tell it from d")


def test_a_row_of_which_nothing_can_be_told_says_what_it_would_take() -> None:
    unsure = against("b", "cannot tell", more=1), against("c", "cannot tell", more=40)
    assert line(*unsure, best="") == "cannot tell: a is ahead of b and c (about 40 more blocks)"
    assert line(unsure[0], best="") == "cannot tell: a is ahead of b (about 1 more block)"


def test_blocks_that_cannot_be_counted_are_not() -> None:
    unsure = against("b", "cannot tell", more=None), against("c", "cannot tell", more=40)
    assert line(*unsure, best="").endswith("b and c (how many more blocks it would take cannot be said)")


def test_more_blocks_than_anyone_would_wait_for_are_not_counted() -> None:
    unsure = against("b", "cannot tell", more=42_282)
    assert line(unsure, best="").endswith("is ahead of b (over 1,000 more blocks)")


def test_no_number_of_blocks_settles_what_the_load_limits() -> None:
    limited = against("b", "cannot tell")
    assert line(limited, best="", limited="b") == "cannot tell: a is ahead of b (a lower bound)"


def test_every_kind_of_row_is_told() -> None:
    gevent, unsure, waiting = verdicts(every_kind())
    assert gevent.startswith(
        "Sync JSON: gunicorn-gevent and gunicorn-gevent#2 (tied); gunicorn-gevent beats "
    )
    assert gevent.endswith("7.35× [7.09, 7.63]; cannot tell it from hypercorn-asyncio (a lower bound)")
    assert unsure == "Async JSON: cannot tell: hypercorn-uvloop is ahead of uvicorn (about 12 more blocks)"
    assert waiting.startswith(
        "Async blocking 1s: uvicorn and hypercorn-asyncio (tied at the ceiling); uvicorn"
    )


def test_a_worker_alone_in_its_row_wins_nothing() -> None:
    assert verdicts(a_summary(an_estimate())) == ("Sync JSON: cannot tell (only uvicorn has a figure)",)


def test_a_row_without_comparisons_cannot_tell() -> None:
    pair = a_summary(an_estimate(worker="a"), an_estimate(worker="b"))
    assert verdicts(pair) == ("Sync JSON: cannot tell",)


def test_a_row_without_a_figure_is_not_told() -> None:
    assert verdicts(a_summary(an_estimate(status="failed", goodput=None))) == ()

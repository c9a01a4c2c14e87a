"""The answer and the conclusions as reports tell them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from betterworker.bench.model import Interval
from betterworker.bench.reports import REPORTS
from betterworker.bench.reports.rows import answers, conclusions_table, evidence, rules
from betterworker.bench.reports.rows.answers import MOST_WORDS
from betterworker.bench.reports.rows.topics import graded, to_the_best
from tests.bench.builders import a_comparison, a_conclusion, a_standing, a_summary, an_answer, an_estimate
from tests.bench.concluded import published
from tests.bench.reports.runs import every_kind

if TYPE_CHECKING:
    from betterworker.bench.model import Comparison, Conclusion


def told(*comparisons: Comparison, finished: bool = True, **overrides: object) -> str:
    summary = a_summary(an_estimate(), answers=(an_answer(*comparisons, **{"costs": (), **overrides}),))
    (sentence,) = answers(replace(summary, run=replace(summary.run, finished=finished)))
    return sentence


def unsure(rival: str, more: int | None = 4) -> Comparison:
    return a_comparison(rival=rival, verdict="cannot tell", more=more)


def test_a_winner_is_to_be_run() -> None:
    assert told(a_comparison()) == (
        "For a site of mostly sync views run uvicorn: it beats gunicorn-gevent by 1.25× [1.22, 1.28]."
    )


def test_several_beaten_are_counted_and_the_nearest_named() -> None:
    far = a_comparison(rival="daphne", ratio=Interval(median=0.1, low=0.09, high=0.11, n=6))
    assert "beats gunicorn-gevent by 1.25× [1.22, 1.28] and 1 other." in told(far, a_comparison())


def test_the_tied_are_as_good() -> None:
    assert told(a_comparison(verdict="tied")) == (
        "For a site of mostly sync views run uvicorn or gunicorn-gevent, which are tied."
    )


def test_who_is_in_front_but_not_of_all_says_so() -> None:
    assert told(a_comparison(), unsure("daphne")).endswith(
        "uvicorn is in front: it beats gunicorn-gevent by 1.25× [1.22, 1.28], but cannot be told from daphne "
        "(about 4 more blocks would tell)."
    )


def test_who_is_in_front_with_others_names_them() -> None:
    tied = a_comparison(rival="granian-asgi", verdict="tied")
    assert told(a_comparison(), tied, unsure("daphne")) == (
        "For a site of mostly sync views uvicorn is in front, tied with granian-asgi: it beats "
        "gunicorn-gevent by 1.25× [1.22, 1.28], but cannot be told from daphne (about 4 more blocks "
        "would tell)."
    )


def test_nothing_told_says_who_is_in_front_and_what_it_would_take() -> None:
    assert told(*map(unsure, "abcdef")) == (
        "For a site of mostly sync views the data cannot tell: uvicorn is in front, but not surely of a, b, "
        "c and 3 others (about 4 more blocks would tell)."
    )


def test_blocks_that_cannot_be_said_are_not() -> None:
    assert told(unsure("a", more=None)).endswith("but not surely of a.")


def test_an_unfinished_study_answers_so_far() -> None:
    assert told(a_comparison(), finished=False).startswith(
        "So far, for a site of mostly sync views run uvicorn"
    )


def test_without_a_leader_nobody_is_named() -> None:
    nobody = a_standing(leader=None, aa=None)
    assert told(standing=nobody).endswith("no worker can be named: each fails in some row.")
    none = an_estimate(status="failed", goodput=None)
    (sentence,) = answers(a_summary(none, answers=(an_answer(standing=nobody),)))
    assert sentence.endswith("no worker can be named: none has a figure.")


def test_a_worker_alone_is_not_said_to_beat_anyone() -> None:
    alone = a_standing(leader="uvicorn", aa=None)
    assert told(standing=alone).endswith("run uvicorn: no other has a figure and fails in no row.")


def test_the_price_is_told_as_far_as_it_fits() -> None:
    assert told(a_comparison(), costs=("no async views",)).endswith("Its price: no async views.")
    many = told(a_comparison(), costs=tuple(f"{count} times the memory of it" for count in range(20)))
    assert many.endswith(", and more.")
    assert len(many.split()) <= MOST_WORDS


def test_of_an_unsteady_leader_the_steadier_are_named() -> None:
    grades = {"uvicorn": "weak", "a": "good", "b": "regular"}
    stable = tuple(
        a_conclusion(worker=name, topic="stability", grade=grade) for name, grade in grades.items()
    )
    answer = an_answer(unsure("a"), unsure("b"))
    (sentence,) = answers(a_summary(an_estimate(), answers=(answer,), conclusions=stable))
    assert "Of these a has good stability." in sentence


def test_the_published_answers_are_short_enough_to_read() -> None:
    assert all(len(sentence.split()) <= MOST_WORDS for sentence in answers(published()))


@pytest.mark.parametrize(
    ("conclusion", "shown"),
    [
        (a_conclusion(), "weak"),
        (a_conclusion(grade="unmeasured"), "–"),
        (a_conclusion(grade=None), "?"),
        (a_conclusion(grade=None, between=("good", "regular")), "good or regular"),
        (a_conclusion(grade=None, between=("good", "regular", "weak")), "good to weak"),
        (a_conclusion(grade="named", best=("httpx",)), "httpx"),
        (a_conclusion(grade="named", best=("httpx", "requests")), "httpx or requests"),
        (a_conclusion(grade="named", best=("a", "b", "c")), "a or 2 others"),
        (a_conclusion(grade=None, best=("httpx", "requests")), "httpx?"),
    ],
)
def test_a_grade_is_short(conclusion: Conclusion, shown: str) -> None:
    assert graded(conclusion) == shown


def test_a_ratio_is_told_the_way_it_is_read() -> None:
    assert to_the_best(a_conclusion()) == "0.34 [0.29, 0.40] of gunicorn-gevent"
    assert to_the_best(a_conclusion(topic="memory")) == "2.94× [2.50, 3.45] the memory of gunicorn-gevent"
    assert to_the_best(a_conclusion(against="uvicorn")) == ""


def test_what_stands_behind_a_grade_is_told_for_each_worker() -> None:
    found = dict(evidence(every_kind()))
    assert ("Non-blocking code", "weak: 0.34 [0.29, 0.40] of gunicorn-gevent; over 3 rows") in found[
        "uvicorn"
    ]


def test_the_rules_name_the_rows() -> None:
    assert dict(rules(every_kind()))["Non-blocking code"] == "good from 0.8 of the best on. Rows: Sync JSON."


def test_the_conclusions_are_a_row_for_each_worker() -> None:
    table = conclusions_table(published())
    assert [row.title for row in table.rows] == list(published().run.study.workers)
    assert len(table.columns) == 9


def test_a_terminal_ends_with_the_answer() -> None:
    shown = REPORTS["text"].render(published(), width=120)
    assert max(map(len, shown[shown.index("Conclusions:") :].splitlines())) <= 120
    assert shown.index("Study and machine") < shown.index("Conclusions:") < shown.index("The answer:")


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_the_conclusions_fit_any_terminal(width: int) -> None:
    assert max(map(len, REPORTS["text"].render(published(), width=width).splitlines())) <= width


def test_a_document_begins_with_the_answer() -> None:
    shown = REPORTS["markdown"].render(every_kind())
    headings = [line for line in shown.splitlines() if line.startswith("## ")]
    assert [heading.partition(":")[0] for heading in headings[:2]] == ["## The answer", "## To deploy"]


def test_tags_in_what_was_found_are_shown_and_not_obeyed() -> None:
    shown = REPORTS["markdown"].render(every_kind())
    assert "&lt;b>no&lt;/b>" in shown
    assert "<b>" not in shown


def test_terminal_commands_in_what_was_found_are_not_obeyed() -> None:
    summary = a_summary(an_estimate(), conclusions=(a_conclusion(because="\x1b[2Jgone\nline"),))
    assert all("\x1b" not in report.render(summary) for report in REPORTS.values())


def test_machines_get_the_sentence_and_what_is_behind_it() -> None:
    document = json.loads(REPORTS["json"].render(every_kind()))
    (answer,) = document["answers"]
    assert (answer["leader"], answer["comparisons"][0]["rival"]) == ("gunicorn-gevent", "uvicorn")
    assert answer["sentence"].startswith("So far, for a site of mostly sync views run gunicorn-gevent")
    assert document["conclusions"][2]["between"] == ["good", "regular"]


def test_a_summary_without_conclusions_has_no_section() -> None:
    for name in ("text", "markdown"):
        assert "Conclusions" not in REPORTS[name].render(a_summary(an_estimate()))

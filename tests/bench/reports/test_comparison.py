from __future__ import annotations

import json
import re
from typing import Any

import pytest

from betterworker.bench.compare import CeilingRatio, Differ, Differs, Elsewhere
from betterworker.bench.model import Interval
from betterworker.bench.reports import comparison
from betterworker.bench.reports.rows.changes import change_ratio, place_title
from tests.bench.builders import a_change, a_compared, a_condition, a_run, a_study, an_outcome

SAME = a_change(worker="a", fate="same", ratio=Interval(median=1.0, low=0.99, high=1.01, n=4))
UNSURE = a_change(worker="b", fate="cannot tell", ratio=None, reason="limited by the load generator")
BROKE = a_change(worker="c", fate="broke", after=None, ratio=None, reason="failed now")
MEMORY = a_change(
    metric="memory",
    before=80.0,
    after=72.0,
    fate="better",
    ratio=Interval(median=0.9, low=0.85, high=0.95, n=4),
)
ALL = a_compared(BROKE, a_change(), MEMORY, UNSURE, SAME)
LOUD = Differs(
    machine=(Differ(name="kernel", before="6.1", after="6.2"),),
    packages=(Differ(name="uvicorn", before="0.34", after=""),),
    study=(Differ(name="threads", before="", after="32"),),
    ceilings=(CeilingRatio(connections=32, before=100_000.0, after=93_000.0),),
)

every_format = pytest.mark.parametrize("name", comparison.FORMATS)


def shown(name: str, compared: Any = ALL, *outcomes: Any, **options: Any) -> str:
    return comparison.render(compared, outcomes, name=name, **options)


@every_format
def test_it_ends_in_one_newline_and_has_no_colour(name: str) -> None:
    rendered = shown(name)
    assert rendered.endswith("\n")
    assert not rendered.endswith("\n\n")
    assert "\x1b" not in rendered


@every_format
def test_two_runs_without_anything_in_common_are_a_report(name: str) -> None:
    assert shown(name, a_compared(only_before=("a", "json:sync"))).strip()


@every_format
def test_all_formats_have_the_same_ratios(name: str) -> None:
    text = shown(name, width=200).replace("\\", "")
    if name == "json":
        document = json.loads(text)
        ratios = [Interval(**change["ratio"]) for change in document["changes"] if change["ratio"]["n"]]
        text = " ".join(change_ratio(a_change(ratio=each)) for each in ratios)
    assert all(ratio in text for ratio in ("0.89 [0.85, 0.93]", "0.90 [0.85, 0.95]", "1.00 [0.99, 1.01]"))


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_the_headline_counts(name: str) -> None:
    assert "1 broke, 1 worse, 1 better, 1 same, 1 cannot tell" in shown(name)
    assert "0 worse, 0 better, 1 same" in shown(name, a_compared(SAME))


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_what_changed_has_its_figures(name: str) -> None:
    rendered = shown(name, width=200)
    for words in ("4,210 RPS", "3,747 RPS", "80.0 MB", "72.0 MB", "broke: failed now", "uvicorn: memory"):
        assert words in rendered


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_what_may_explain_it_is_said_first(name: str) -> None:
    rendered = shown(name, a_compared(a_change(), differs=LOUD), width=1000)
    assert rendered.index("THE MACHINES DIFFER: kernel 6.1 → 6.2") < rendered.index("0.89")
    assert "0.93 times as fast with 32 connections (100,000 RPS, then 93,000)" in rendered
    assert "The studies differ: threads – → 32" in rendered
    assert "Packages that differ: uvicorn 0.34 → –" in rendered


def test_warnings_have_a_colour_and_are_pointed_to_at_the_end() -> None:
    rendered = shown("text", a_compared(a_change(), differs=LOUD), colour=True)
    assert rendered.startswith("\x1b[33m! THE MACHINES DIFFER")
    assert "(mind the 3 warnings at the top)" in rendered


def test_equal_terms_need_no_warning() -> None:
    rendered = shown("text", a_compared(SAME))
    assert "!" not in rendered
    assert "mind" not in rendered


def test_a_partial_run_is_said_to_be_one() -> None:
    compared = a_compared(SAME, after=a_run(id="torn", finished=False, study=a_study(("a",), ("json:sync",))))
    assert "torn is not finished" in shown("text", compared)


def test_many_cells_that_changed_alike_point_to_a_control() -> None:
    alike = [a_change(worker=f"w{number}") for number in range(4)]
    assert "--control WORKER" in shown("text", a_compared(*alike, middle=0.85))
    assert "--control" not in shown("text", a_compared(*alike, middle=0.85, control="x"))
    assert "--control" not in shown("text", a_compared(*alike, middle=0.98))
    assert "--control" not in shown("text", a_compared(a_change(), middle=0.85))


def test_what_was_not_compared_is_told() -> None:
    cells = (Elsewhere(worker="a", scenario="json:sync", point="common", before=160.0, after=210.0),) * 3
    rendered = shown("text", a_compared(SAME, elsewhere=cells, only_after=("z", "json:sync@80%")), width=1000)
    assert "3 open-loop cells, as a in Sync JSON at the common rate (160 RPS, then 210)" in rendered
    assert "Only in after: z, Sync JSON at 80 %." in rendered
    assert "Cannot tell 1 figure: limited by the load generator." in shown("text")


def test_every_row_of_a_markdown_table_has_as_many_cells() -> None:
    for block in shown("markdown").split("\n\n"):
        counts = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert not block.startswith("|") or len(counts) == 1


def test_the_rest_is_folded_in_markdown() -> None:
    rendered = shown("markdown")
    folded = rendered.partition("<details><summary>All 5 comparisons</summary>")[2]
    assert "1.00 \\[0.99, 1.01\\] =" in folded
    assert folded.rstrip().endswith("</details>")


@pytest.mark.parametrize(
    ("outcomes", "unsure", "mark"),
    [((), False, "✗"), ((True,), False, "✗"), ((False, None), False, "✓"), ((False, None), True, "✗")],
)
def test_the_mark_is_the_exit_status_where_something_was_asked(
    outcomes: tuple[bool | None, ...], unsure: bool, mark: str
) -> None:
    rendered = shown("markdown", ALL, *(an_outcome(holds=holds) for holds in outcomes), unsure=unsure)
    assert rendered.startswith(f"### {mark} ")


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_a_condition_that_holds_names_its_cells(name: str) -> None:
    rendered = shown(name, ALL, an_outcome(), an_outcome(worker="b", holds=None, reason="limited"))
    rendered = rendered.replace("\\", "").replace("&lt;", "<")
    assert "✗ goodput<-5%: holds in 1 of 2 cells, cannot tell in 1" in rendered
    assert "uvicorn, Sync JSON: 0.89 [0.85, 0.93]" in rendered
    assert "limited" not in rendered.replace("limited by the load generator", "")


def test_what_is_unsure_is_named_where_it_fails_the_build() -> None:
    rendered = shown(
        "text", ALL, an_outcome(holds=None, figure=None, low=None, high=None, reason="limited"), unsure=True
    )
    assert "  uvicorn, Sync JSON: cannot tell: –: limited" in rendered


def test_a_condition_of_one_run_shows_its_unit_and_a_bound() -> None:
    condition = a_condition(text="p99>250ms", metric="p99", above=True, limit=250.0, relative=False)
    bound = an_outcome(condition=condition, figure=None, low=766.2, high=None, row="mixed-cpu:sync@mixed")
    assert "uvicorn, Sync Mixed CPU beside slow ones: ≥ 766 ms" in shown("text", ALL, bound)


def test_names_with_escapes_or_tags_break_nothing() -> None:
    bad = a_change(worker="<b>x</b>\x1b[31m|\n", reason="<script>", fate="broke", ratio=None)
    compared = a_compared(bad, only_after=("<i>\x07",))
    assert "\x1b" not in shown("text", compared)
    rendered = shown("markdown", compared)
    assert "<b>" not in rendered
    assert "<script>" not in rendered
    assert "<i>" not in rendered
    assert json.loads(shown("json", compared))["changes"][0]["worker"] == "<b>x</b>\x1b[31m|\n"


def test_json_has_everything_at_full_precision() -> None:
    document = json.loads(
        shown("json", a_compared(a_change(), UNSURE, differs=LOUD, middle=0.95), an_outcome())
    )
    change, unsure = document["changes"]
    assert (change["scenario"], change["mode"], change["verdict"]) == ("json", "sync", "worse")
    assert change["ratio"] == {"median": 0.89, "low": 0.85, "high": 0.93, "n": 4}
    assert unsure["ratio"] == {"median": None, "low": None, "high": None, "n": None}
    assert document["differs"]["packages"] == [{"name": "uvicorn", "before": "0.34", "after": ""}]
    assert document["conditions"][0]["holds"] is True
    assert document["middle"] == 0.95


@pytest.mark.parametrize(
    ("row", "title"),
    [
        ("json:sync", "Sync JSON"),
        ("json:sync@50%", "Sync JSON at 50 %"),
        ("json:async@common", "Async JSON at the common rate"),
        ("mixed-cpu:sync@alone", "Sync Mixed CPU without slow ones"),
        ("json:sync@8c", "Sync JSON at 8c"),
    ],
)
def test_rows_have_titles(row: str, title: str) -> None:
    assert place_title(row) == title


def test_an_interval_past_telling_is_no_row_of_digits() -> None:
    vague = a_change(ratio=Interval(median=0.89, low=1e-30, high=1e30, n=2))
    assert change_ratio(vague) == "0.89 ±>500%"
    outcome = an_outcome(holds=None, low=1e-30, high=1e30)
    assert "cannot tell: 0.89 ±>500%" in shown("text", ALL, outcome, unsure=True)


def test_errors_change_by_points() -> None:
    ratio = Interval(median=0.012, low=0.002, high=0.022, n=0)
    assert change_ratio(a_change(metric="errors", ratio=ratio)) == "+1.20 points [+0.20, +2.20]"

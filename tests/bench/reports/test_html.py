from __future__ import annotations

import json
import re
from html import unescape

import pytest

from betterworker.bench.judge import summarise
from betterworker.bench.model import Estimate, Summary
from betterworker.bench.reports import html
from betterworker.bench.reports.html.heat import heat_rows
from betterworker.bench.reports.html.twins import span, twins
from betterworker.bench.reports.rows import answers, conclusions_table
from tests.bench.builders import (
    a_comparison,
    a_failure,
    a_finding,
    a_run,
    a_sample,
    a_standing,
    a_study,
    a_summary,
    an_estimate,
    an_interval,
    results,
)
from tests.bench.reports.parsing_html import tables_of
from tests.bench.reports.runs import every_kind

HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\x1b[31mred\x1b[0m\u202e")


def hostile() -> Summary:
    """Names, rows, reasons and logs of somebody who would like to run something."""
    failure = a_failure(reason=f"HTTP 500: {HOSTILE[1]}", log_tail="</script>\n" + "\n".join(HOSTILE))
    raising = a_sample(raised=HOSTILE[0])
    rows = ("json:sync", "<b>bold</b>:sync")
    run = a_run(
        *(results(HOSTILE[0], row, raising, raising, raising) for row in rows),
        *(results(HOSTILE[1], row, failure, failure, failure) for row in rows),
        *(results(HOSTILE[2], row, 500, 510, 505) for row in rows),
        study=a_study(workers=HOSTILE, scenarios=rows, target=HOSTILE[0]),
        id=HOSTILE[1],
    )
    return summarise(run, {})


def data_of(page: str) -> dict[str, object]:
    embedded = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert embedded is not None
    found: dict[str, object] = json.loads(embedded[1])
    return found


def seen(page: str) -> str:
    """What stands in the page before its scripts."""
    return page.partition("<script")[0]


def test_nothing_is_asked_of_a_network() -> None:
    page = html.render(every_kind())
    assert "default-src &#39;none&#39;" in page
    assert not re.findall(r"(?:src|href)=[\"']?(?:https?:|//)", page)
    assert "@import" not in page
    assert "url(" not in page.partition("<body>")[0]


def test_only_the_projects_own_scripts_may_run() -> None:
    policy = re.search(r"script-src ([^;]*);", unescape(html.render(every_kind())))
    assert policy is not None
    assert all(source.startswith("'sha256-") for source in policy[1].split())


def test_hostile_names_rows_and_logs_are_text() -> None:
    page = html.render(hostile()).partition('id="charts"')[0]
    assert "<img" not in page
    assert "<script>alert" not in page
    assert "<b>bold" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e]", seen(page))


def test_the_data_ends_no_script_and_commands_no_terminal() -> None:
    told = json.dumps(data_of(html.render(hostile())), ensure_ascii=False)
    assert "</script>" in told  # it is there, and was escaped: the data could be read whole
    assert "\\u001b" not in told
    assert "[31m" not in told


def test_the_answer_comes_first_then_conclusions_then_goodput() -> None:
    summary = every_kind()
    page = unescape(seen(html.render(summary)))
    places = [page.index(words) for words in (answers(summary)[0], "Conclusions per worker", "<h2>Goodput")]
    assert places == sorted(places)


def test_every_grade_is_the_text_of_the_other_reports() -> None:
    summary = every_kind()
    shown = tables_of(html.render(summary))["Conclusions per worker"]
    for row in conclusions_table(summary).rows:
        told = [cell.text for cell in row.cells if cell.text != "–"]
        assert [text for text in shown[row.title] if text != "–"] == told


def test_a_run_that_is_not_finished_says_so_at_the_top() -> None:
    page = seen(html.render(every_kind()))
    assert page.index("he study is not finished") < page.index("<section")


def test_a_run_without_a_figure_says_so_at_the_top() -> None:
    summary = a_summary(an_estimate(status="failed", goodput=None, findings=(a_finding(gate="fails"),)))
    assert "No cell has a figure" in html.render(summary)
    assert "No cell has a figure" not in html.render(a_summary(an_estimate()))


def test_a_study_without_a_sweep_says_how_to_ask_for_one() -> None:
    assert "--sweep" in html.render(a_summary(an_estimate()))
    assert "--sweep" not in seen(html.render(every_kind()))


def test_every_link_inside_the_page_leads_somewhere() -> None:
    page = html.render(every_kind())
    cells = data_of(page)["cells"]
    assert isinstance(cells, dict)
    places = {*re.findall(r'id="([^"]+)"', page), *cells}
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert {unescape(link) for link in links} <= {unescape(place) for place in places}


def test_the_whole_cell_is_in_its_panel() -> None:
    cells = data_of(html.render(every_kind()))["cells"]
    assert isinstance(cells, dict)
    told = json.dumps(cells["cell-json:sync/hypercorn-uvloop"], ensure_ascii=False)
    for words in (
        "4,210 ±1% RPS",
        "0.14 [0.13, 0.14] < of gunicorn-gevent: the leader beats it",
        "p99 120",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("ratio", "step", "text"), [(1.0, 10, "1.00"), (0.5, 5, "0.50"), (0.012, 0, "0.012"), (1.2, 10, "1.20")]
)
def test_colours_follow_the_ratio_that_the_verdict_is_of(ratio: float, step: int, text: str) -> None:
    """Not that of two medians, which the table of comparisons would contradict."""
    compared = a_comparison(rival="slow", ratio=an_interval(median=ratio, low=None, high=None))
    (row,) = heat_rows(a_summary(_of("uvicorn", 100.0), _of("slow", 90.0), standings=(a_standing(compared),)))
    assert [(cell.step, cell.ratio) for cell in row.cells] == [(10, "1.00"), (step, text)]


def test_a_row_that_nobody_leads_is_coloured_by_its_highest_figure() -> None:
    (row,) = heat_rows(a_summary(_of("uvicorn", 100.0), _of("slow", 25.0)))
    assert [cell.ratio for cell in row.cells] == ["1.00", "0.25"]


def _of(worker: str, rps: float) -> Estimate:
    return an_estimate(worker=worker, goodput=an_interval(median=rps))


def test_a_cell_without_a_figure_has_no_ratio_and_no_colour() -> None:
    failed = an_estimate(worker="slow", status="failed", goodput=None)
    (row,) = heat_rows(a_summary(an_estimate(), failed))
    assert [(cell.step, cell.ratio) for cell in row.cells][1] == (None, "")


@pytest.mark.parametrize(
    ("low", "high", "ends"),
    [(0.99, 1.01, ("0.91", "1.10")), (0.8, 1.2, ("0.80", "1.25")), (0.1, 10.0, ("0.50", "2.00"))],
)
def test_the_strip_of_the_aa_holds_its_widest_interval_up_to_twice(
    low: float, high: float, ends: tuple[str, str]
) -> None:
    aa = an_interval(median=1.0, low=low, high=high)
    summary = a_summary(an_estimate(), standings=(a_standing(aa=aa),))
    (one,) = twins(summary)
    assert span(summary) == ends
    assert one.middle == 50
    assert one.low is not None
    assert one.high is not None
    assert 0 <= one.low < 50 < one.high <= 100


def test_an_aa_of_one_window_is_a_point() -> None:
    aa = an_interval(median=1.02, low=None, high=None)
    (one,) = twins(a_summary(an_estimate(), standings=(a_standing(aa=aa),)))
    assert (one.low, one.high, one.text) == (None, None, "1.02")

"""The page of a history, in a browser."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from betterworker.bench.reports.history_page import render_page
from tests.bench.builders import a_machine, a_run, a_study, results
from tests.bench.history.runs import a_past_run, told, upgraded

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

PLOT = "#history-plot svg"
#: Pixels of a run and a figure inside the chart.
WHERE = """at => echarts.getInstanceByDom(document.getElementById("history-plot"))
    .convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, at)"""
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>\x1b[31m'


@cache
def a_page() -> str:
    """Three runs: an upgrade that made uvicorn slower, and one on another kernel."""
    last = a_machine(kernel="6.2.0", packages={"uvicorn": "0.35.0"})
    slower = a_past_run(uvicorn=700.0, machine=upgraded(uvicorn="0.35.0"))
    history = told(a_past_run(), slower, a_past_run(machine=last, finished=False))
    return render_page(history, rows=history.scenarios, workers=history.workers)


def two_rows() -> str:
    rows = ("json:sync", "json:async")
    windows = [results("uvicorn", row, 1000, 1001, 1002) for row in rows]
    history = told(a_run(*windows, study=a_study(workers=("uvicorn",), scenarios=rows)))
    return render_page(history, rows=history.scenarios, workers=history.workers)


def chart(page: Page) -> str:
    page.locator(PLOT).wait_for()
    return page.locator(PLOT).inner_html()


def test_lines_and_marks_are_drawn_for_every_run(opened: Open) -> None:
    drawn = chart(opened(a_page()))
    assert all(day in drawn for day in ("2025-01-01", "2025-01-02", "2025-01-03"))
    assert all(mark in drawn for mark in ("packages", "machine"))


def test_a_hidden_worker_leaves_the_chart_and_the_tables(opened: Open) -> None:
    page = opened(a_page())
    before = page.locator(f"{PLOT} path").count() if chart(page) else 0
    page.locator("#workers summary").click()
    page.locator("#workers input").nth(1).uncheck()
    assert page.locator(f"{PLOT} path").count() < before
    page.locator("#tables summary").click()
    assert page.locator("#tables th", has_text="uvicorn").is_hidden()
    assert page.locator("#tables th", has_text="gunicorn-gevent").is_visible()


def test_the_chosen_row_is_drawn(opened: Open) -> None:
    page = opened(two_rows())
    assert page.locator("#history-row option").all_inner_texts() == ["Sync JSON", "Async JSON"]
    chart(page)
    page.locator("#history-row").select_option("1")
    assert page.locator("#history-row").input_value() == "1"
    assert "2025-01-01" in chart(page)


def test_pointing_at_a_figure_tells_its_change(opened: Open) -> None:
    page = opened(a_page())
    chart(page)
    page.locator(PLOT).scroll_into_view_if_needed()
    box = page.locator("#history-plot").bounding_box()
    assert box is not None
    x, y = page.evaluate(WHERE, [1.15, 700])  # uvicorn in the second run, beside gunicorn-gevent
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.locator(".tip").wait_for()
    assert "▼ 0.70" in page.locator(".tip").inner_text()


def test_the_table_of_runs_reads_without_a_script(opened: Open) -> None:
    page = opened(a_page(), java_script_enabled=False)
    rows = page.locator("#runs tbody tr")
    assert rows.count() == 3
    assert "uvicorn 0.34.0 → 0.35.0" in rows.nth(1).inner_text()
    assert "partial" in rows.nth(2).inner_text()
    assert "another machine: kernel" in rows.nth(2).inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_scrolls_down_alone(opened: Open, scheme: str) -> None:
    page = opened(a_page(), viewport={"width": 390, "height": 844}, color_scheme=scheme)
    chart(page)
    page.locator("#tables summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_hostile_names_are_text(opened: Open) -> None:
    study = a_study(workers=(HOSTILE,), scenarios=("json:sync",))
    windows = results(HOSTILE, "json:sync", 1000, 1001, 1002)
    first, second = (
        a_run(windows, study=study, machine=a_machine(kernel=kernel)) for kernel in ("1", HOSTILE)
    )
    history = told(first, second)
    page = opened(render_page(history, rows=history.scenarios, workers=history.workers))
    chart(page)
    assert page.locator("img").count() == 0
    assert "alert(1)" in page.locator("#runs").inner_text()


def test_a_history_without_rows_says_so(opened: Open) -> None:
    page = opened(render_page(told(a_past_run()), rows=(), workers=("uvicorn",)))
    assert page.locator(".empty").inner_text() == "Nothing was measured."

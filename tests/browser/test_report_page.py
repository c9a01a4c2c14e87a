"""The HTML report as people see it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from betterworker.bench.cli import CANNOT
from betterworker.bench.judge import summarise
from betterworker.bench.reports import html
from betterworker.bench.reports.rows.closed import goodput
from betterworker.bench.reports.rows.words import number
from betterworker.bench.store import read_run
from tests.bench.builders import a_summary, an_estimate
from tests.bench.reports.runs import EIGHT, every_kind

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from betterworker.bench.model import Summary
    from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

FIXTURES = Path(__file__).parent.parent / "bench" / "fixtures"
PHONE = {"width": 390, "height": 844}
PAPER, NIGHT = "rgb(255, 255, 255)", "rgb(17, 22, 28)"
CHARTS = ("spectrum", "memory-plot", "timeline-plot")


@cache
def a_real_run(number: int = 3) -> Summary:
    return summarise(read_run(FIXTURES / f"run-format-{number}"), CANNOT)


@cache
def a_page() -> str:
    return html.render(a_real_run())


def lines_of(page: Page, chart: str) -> int:
    """How many series a chart draws, once it has come into view."""
    page.locator(f"#{chart}").scroll_into_view_if_needed()
    page.locator(f"#{chart} svg").wait_for()
    count: int = page.evaluate(
        "id => echarts.getInstanceByDom(document.getElementById(id)).getOption()"
        ".series.filter(each => each.worker !== undefined).length",
        chart,
    )
    return count


def width_of(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width


@pytest.mark.parametrize("number", [1, 2, 3])
def test_runs_of_every_format_render_and_draw_their_charts(opened: Open, number: int) -> None:
    page = opened(html.render(a_real_run(number)))
    for chart in CHARTS:
        assert lines_of(page, chart) >= 1


@pytest.mark.parametrize("summary", [a_summary(), a_summary(an_estimate()), every_kind()])
def test_a_run_of_nothing_of_one_cell_and_of_every_kind_render(opened: Open, summary: Summary) -> None:
    assert opened(html.render(summary)).locator("h1").is_visible()


def test_a_hidden_worker_leaves_its_column_its_rows_and_the_charts(opened: Open) -> None:
    page = opened(a_page())
    before = lines_of(page, "spectrum")
    page.locator("#workers summary").click()
    page.get_by_role("checkbox", name="uvicorn", exact=True).uncheck()
    assert not page.locator("#goodput th", has_text="uvicorn").is_visible()
    assert not page.locator("#conclusions tr[data-worker='1']").is_visible()
    assert lines_of(page, "spectrum") == before - 1
    assert page.get_by_text("Hidden here: uvicorn.").is_visible()


def test_a_link_keeps_what_is_hidden(opened: Open) -> None:
    page = opened(a_page(), "#goodput;hide=uvicorn")
    assert not page.locator("#goodput th", has_text="uvicorn").is_visible()
    page.locator("nav a", has_text="Memory").click()
    page.wait_for_function("location.hash === '#memory;hide=uvicorn'")


def test_the_list_under_a_chart_hides_and_shows_a_worker(opened: Open) -> None:
    page = opened(a_page())
    before = lines_of(page, "spectrum")
    button = page.locator("#latency .key button", has_text="uvicorn")
    button.click()
    assert lines_of(page, "spectrum") == before - 1
    button.click()
    assert lines_of(page, "spectrum") == before


def test_throughput_is_drawn_against_connections_where_it_was_swept(opened: Open) -> None:
    page = opened(html.render(every_kind()))
    assert lines_of(page, "connections-plot") >= 2
    assert not opened(a_page()).locator("#connections-plot").count()


def test_choosing_another_row_draws_it(opened: Open) -> None:
    page = opened(a_page())
    lines_of(page, "memory-plot")
    before = page.locator("#memory-plot svg").inner_html()
    page.locator("#memory-row").select_option(index=1)
    assert page.locator("#memory-plot svg").inner_html() != before


def test_a_link_to_a_cell_opens_it_and_the_way_back_closes_it(opened: Open) -> None:
    page = opened(a_page())
    cell = next(each for each in a_real_run().estimates if each.goodput is not None)
    page.locator("#goodput td a").first.click()
    panel = page.locator("#panel")
    panel.wait_for()
    assert goodput(cell) in panel.inner_text()
    page.go_back()
    panel.wait_for(state="hidden")


def test_an_address_of_a_cell_opens_it(opened: Open) -> None:
    page = opened(a_page(), "#cell-json:sync/uvicorn")
    assert "uvicorn · Sync JSON" in page.locator("#panel").inner_text()


def test_a_failed_cell_shows_the_end_of_its_log(opened: Open) -> None:
    page = opened(a_page(), "#cell-json:sync/hypercorn-trio")
    assert "Traceback" in page.locator("#panel pre").inner_text()


def test_a_figure_of_any_table_opens_its_cell(opened: Open) -> None:
    page = opened(a_page())
    table = page.locator("#tables details", has_text="Peak memory")
    table.locator("summary").click()
    table.locator("tbody td").first.click()
    page.locator("#panel", has_text=re.compile("gunicorn-gevent · Sync JSON")).wait_for()


def test_a_grade_opens_its_rule_and_its_cells_are_links(opened: Open) -> None:
    page = opened(a_page())
    page.locator("#conclusions a.badge").nth(2).click()
    panel = page.locator("#panel")
    panel.filter(has_text=re.compile("Rule:")).wait_for()
    panel.locator(".links a").first.click()
    panel.filter(has_text=re.compile("Goodput")).wait_for()


def test_hovering_a_cell_shows_its_interval(opened: Open) -> None:
    hint = opened(a_page()).locator("#goodput tbody td").first.get_attribute("title") or ""
    assert "95 % interval [" in hint


def test_hovering_a_chart_shows_figures(opened: Open) -> None:
    page = opened(a_page())
    lines_of(page, "spectrum")
    page.locator("#spectrum").hover(position={"x": 500, "y": 200})
    tip = page.locator("#spectrum .tip")
    tip.wait_for()
    assert "of requests are answered within" in tip.inner_text()
    assert " ms" in tip.inner_text()


def test_the_charts_write_numbers_as_the_tables_do(opened: Open) -> None:
    page = opened(a_page())
    values = [
        0,
        0.005,
        0.125,
        0.135,
        0.375,
        1.115,
        2.125,
        9.994,
        9.995,
        10.25,
        10.35,
        99.94,
        99.95,
        1234,
        31000,
    ]
    assert page.evaluate("values => values.map(bw.number)", values) == [number(value) for value in values]


@pytest.mark.parametrize(("system", "paper", "other"), [("light", PAPER, NIGHT), ("dark", NIGHT, PAPER)])
def test_the_theme_is_the_systems_until_the_button_changes_it(
    opened: Open, system: str, paper: str, other: str
) -> None:
    page = opened(a_page(), color_scheme=system)
    colour = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(colour) == paper
    page.locator("#theme").click()
    assert page.evaluate(colour) == other


def test_charts_follow_the_theme(opened: Open) -> None:
    page = opened(a_page())
    lines_of(page, "spectrum")
    before = page.locator("#spectrum svg").inner_html()
    page.locator("#theme").click()
    assert page.locator("#spectrum svg").inner_html() != before


def test_a_phone_scrolls_tables_and_not_the_page(opened: Open) -> None:
    page = opened(html.render(every_kind()), viewport=PHONE)
    assert width_of(page) <= PHONE["width"]
    box = page.locator("#goodput .scroll")
    box.evaluate("box => box.scrollTo(200, 0)")
    title = page.locator("#goodput tbody th").first.bounding_box()
    assert title is not None
    assert title["x"] >= 0  # the rows' titles stay in sight
    page.locator("#workers summary").click()
    assert width_of(page) <= PHONE["width"]


def test_on_paper_everything_is_there_in_the_light_theme(opened: Open) -> None:
    page = opened(a_page(), color_scheme="dark", viewport={"width": 1046, "height": 720})
    page.emulate_media(media="print")
    for chart in CHARTS:
        page.locator(f"#{chart} svg").wait_for()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == PAPER
    assert not page.locator(".bar").is_visible()
    assert page.locator("#tables tbody td").last.is_visible()
    assert width_of(page) <= 1046


def test_after_printing_the_screen_is_as_before(opened: Open) -> None:
    page = opened(a_page(), color_scheme="dark")
    page.emulate_media(media="print")
    page.emulate_media(media="screen")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == NIGHT
    assert width_of(page) <= 1280


def test_without_scripts_everything_but_charts_can_be_read(opened: Open) -> None:
    page = opened(html.render(every_kind()), java_script_enabled=False)
    assert page.locator("#answer .card").first.is_visible()
    assert page.locator("#conclusions tbody tr").first.is_visible()
    assert all(page.locator("#goodput th", has_text=name).first.is_visible() for name in EIGHT)
    assert not page.locator("#theme").is_visible()

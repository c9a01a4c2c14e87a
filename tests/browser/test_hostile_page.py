"""Names and logs that would like to run something are shown as what they are."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from betterworker.bench.reports import html
from tests.bench.reports.test_html import HOSTILE, hostile

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser.conftest import Open

pytestmark = pytest.mark.browser

SCRIPT, IMAGE, _ = HOSTILE


@cache
def a_page() -> str:
    return html.render(hostile())


def test_a_hostile_name_is_text_in_every_place(opened: Open) -> None:
    page = opened(a_page())
    assert page.locator("#goodput thead th", has_text=SCRIPT).is_visible()
    assert page.locator("img").count() == 0
    assert page.locator("main script").count() == 0
    assert "\x1b" not in page.content().partition('id="charts"')[0]


def test_a_hostile_log_is_text_in_the_panel(opened: Open) -> None:
    page = opened(a_page())
    page.locator("#goodput td a", has_text="fails").first.click()
    assert SCRIPT in page.locator("#panel pre").inner_text()
    assert IMAGE in page.locator("#panel").inner_text()
    assert page.locator("img").count() == 0


def test_a_hostile_name_is_text_in_a_tooltip_and_under_a_chart(opened: Open) -> None:
    page = opened(a_page())
    page.locator("#spectrum").scroll_into_view_if_needed()
    page.locator("#spectrum svg").wait_for()
    page.locator("#spectrum").hover(position={"x": 400, "y": 200})
    page.locator("#spectrum .tip").wait_for()
    assert SCRIPT in page.locator("#spectrum .tip").inner_text()
    assert SCRIPT in page.locator("#latency .key").inner_text()


def test_a_script_that_got_into_the_page_would_not_run(chromium: Browser, tmp_path: Path) -> None:
    """The policy knows the project's own by their hash; the browser says in its console what it stopped."""
    file = tmp_path / "page.html"
    file.write_text(a_page().replace("<h1>", "<script>document.title = 'run'</script><h1>"), encoding="utf-8")
    page = chromium.new_page()
    page.goto(file.as_uri())
    assert page.title() != "run"
    page.close()

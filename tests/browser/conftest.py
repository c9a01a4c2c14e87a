"""Pages in headless Chromium: Debian's, driven by Playwright. Whatever a page does wrong fails its test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

#: Set where a browser was installed on purpose: then one that is not found is a failure.
INSTALLED = "BETTERWORKER_BROWSER_INSTALLED"
NAMES = ("chromium", "chromium-browser", "google-chrome")


class Open(Protocol):
    """Opens a page written to a file; options are Playwright's of a context."""

    def __call__(self, html: str, place: str = "", **options: Any) -> Page: ...


# Of a module: Playwright keeps an event loop running in this thread, which other modules start their own in.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None and not os.environ.get(INSTALLED):
        pytest.skip("no Chromium is installed: apt-get install chromium")
    assert program is not None, f"{INSTALLED} is set, but there is no {' or '.join(NAMES)}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Open]:
    """No page of a test may write to the console, raise, open a dialog of its own or ask for another file."""
    wrong: list[str] = []
    contexts: list[BrowserContext] = []

    def open_page(html: str, place: str = "", **options: Any) -> Page:
        file = tmp_path / f"page-{len(contexts)}.html"
        file.write_text(html, encoding="utf-8")
        contexts.append(chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options}))
        page = contexts[-1].new_page()
        _watch(page, file.as_uri(), wrong)
        page.goto(f"{file.as_uri()}{place}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def _watch(page: Page, address: str, wrong: list[str]) -> None:
    page.on("console", lambda message: wrong.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
    page.on("request", lambda asked: _other(asked.url, address, wrong))


def _other(url: str, address: str, wrong: list[str]) -> None:
    if not url.startswith(address):
        wrong.append(f"request: {url}")

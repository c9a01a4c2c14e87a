"""Takes the pictures in docs/ anew, of the published studies: python -m tests.browser.screenshots."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from betterworker.bench.cli import CANNOT
from betterworker.bench.judge import summarise
from betterworker.bench.reports import html
from betterworker.bench.store import read_run
from tests.browser.conftest import NAMES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent.parent
STUDY = ROOT / "benchmarks/studies/2026-11-23-full"
PROJECT = ROOT / "benchmarks/studies/2026-11-23-wagtail"
#: File -> the place that it begins with, and Playwright's options of a context.
PICTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "report-light.png": ("", {"viewport": {"width": 1280, "height": 1150}}),
    "report-dark.png": ("#goodput", {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"}),
    "report-phone.png": ("#latency", {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}),
}
PROJECTS: dict[str, tuple[str, dict[str, Any]]] = {
    "your-project-answer.png": ("", {"viewport": {"width": 1280, "height": 1250}}),
    "your-project-costs.png": ("#costs", {"viewport": {"width": 1280, "height": 800}}),
}


def main() -> None:
    program = next(found for name in NAMES if (found := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        take_all(browser, STUDY, PICTURES)
        take_all(browser, PROJECT, PROJECTS)
        browser.close()


def take_all(browser: Browser, study: Path, pictures: dict[str, tuple[str, dict[str, Any]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "report.html")
        page.write_text(html.render(summarise(read_run(study), CANNOT)), encoding="utf-8")
        for name, (place, options) in pictures.items():
            take(browser, f"{page.as_uri()}{place}", ROOT / "docs" / name, options)


def take(browser: Browser, address: str, picture: Path, options: dict[str, Any]) -> None:
    page = browser.new_context(**options).new_page()
    page.goto(address)
    page.wait_for_timeout(500)  # charts are drawn after the first paint
    page.screenshot(path=picture)


if __name__ == "__main__":
    main()

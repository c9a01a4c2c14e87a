"""Takes the pictures in docs/ anew, of the published study: python -m tests.browser.screenshots."""

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
STUDY = ROOT / "benchmarks/studies/2026-11-22-full"
#: File -> the place that it begins with, and Playwright's options of a context.
PICTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "report-light.png": ("", {"viewport": {"width": 1280, "height": 1150}}),
    "report-dark.png": ("#goodput", {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"}),
    "report-phone.png": ("#latency", {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}),
}


def main() -> None:
    program = next(found for name in NAMES if (found := shutil.which(name)))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder, "report.html")
        page.write_text(html.render(summarise(read_run(STUDY), CANNOT)), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name, (place, options) in PICTURES.items():
            take(browser, f"{page.as_uri()}{place}", ROOT / "docs" / name, options)
        browser.close()


def take(browser: Browser, address: str, picture: Path, options: dict[str, Any]) -> None:
    page = browser.new_context(**options).new_page()
    page.goto(address)
    page.wait_for_timeout(500)  # charts are drawn after the first paint
    page.screenshot(path=picture)


if __name__ == "__main__":
    main()

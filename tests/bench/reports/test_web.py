"""The ground of the pages: what is put into them, and what is kept with them."""

from __future__ import annotations

import hashlib
import re
from importlib import resources

import pytest
from jinja2 import UndefinedError

from betterworker.bench.reports import web

VENDOR = resources.files(web) / "static" / "vendor"


def test_the_charting_library_is_as_it_was_published() -> None:
    told = (VENDOR / "README.md").read_text(encoding="utf-8")
    code = (VENDOR / "echarts.common.min.js").read_bytes()
    version = re.search(r"Apache ECharts ([\d.]+)", told)
    assert version is not None
    assert f'"{version[1]}"'.encode() in code
    assert hashlib.sha256(code).hexdigest() in told


def test_its_licence_is_kept_with_it() -> None:
    assert "Apache License" in (VENDOR / "LICENSE").read_text(encoding="utf-8")
    assert "Apache Software Foundation" in (VENDOR / "NOTICE").read_text(encoding="utf-8")


def test_a_template_that_asks_for_what_is_not_there_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        web.page("report.html", data={"workers": []})

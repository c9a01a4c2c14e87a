"""For all tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterator

import pytest

from betterworker.bench.claims import REFUSED

#: Told by whatever wants to measure in a test that has not said so.
UNMARKED = "its test is not marked `studies`"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Nothing but a study may measure: a test without its mark fails always, and not only beside another."""
    if item.get_closest_marker("studies"):
        return (yield)
    os.environ[REFUSED] = UNMARKED
    try:
        return (yield)
    finally:
        os.environ.pop(REFUSED, None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Of two processes that pytest-xdist gives studies to, one would now and then find the other's claims."""
    if item.get_closest_marker("studies") and os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1") != "1":
        pytest.fail("Studies run in one process: see `make servers`.", pytrace=False)


@pytest.fixture(autouse=True, scope="session")
def ctrl_c() -> Iterator[None]:
    """Children react to Ctrl-C, even where the tests themselves run in the background and do not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)

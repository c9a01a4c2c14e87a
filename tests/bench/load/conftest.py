from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import pytest

from betterworker.bench.load import nullserver, opened, upstream
from tests.bench.load.serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that stands still for a while must lose no arrival here: what is asked is another thing."""
    monkeypatch.setattr(opened, "LATE_NS", 60_000_000_000)


@pytest.fixture(scope="package")
def null_port() -> Iterator[int]:
    with serving(nullserver.__name__) as port:
        yield port


@pytest.fixture(scope="package")
def upstream_port() -> Iterator[int]:
    """An ideal server with 0.2 s of latency."""
    with serving(upstream.__name__, "--latency", "0.2") as port:
        yield port


@pytest.fixture
def event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        yield loop

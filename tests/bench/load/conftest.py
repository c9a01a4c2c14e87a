from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from betterworker.bench import probe
from betterworker.bench.load import nullserver, upstream
from tests.bench.load.scripted import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator


def serving(module: str, *options: str) -> Iterator[int]:
    """One of our own small servers; its port."""
    port = probe.free_port()
    process = subprocess.Popen([sys.executable, "-m", module, "--port", str(port), *options])
    try:
        assert probe.wait_listening(HOST, port, 10)
        yield port
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="package")
def null_port() -> Iterator[int]:
    yield from serving(nullserver.__name__)


@pytest.fixture(scope="package")
def upstream_port() -> Iterator[int]:
    """An ideal server with 0.2 s of latency."""
    yield from serving(upstream.__name__, "--latency", "0.2")

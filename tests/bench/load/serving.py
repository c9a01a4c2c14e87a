"""Our own small servers, each as a process."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator

from betterworker.bench import probe
from tests.bench.load.scripted import HOST
from tests.patience import PATIENCE_S


@contextlib.contextmanager
def serving(module: str, *options: str) -> Iterator[int]:
    """One of them, listening; its port."""
    port = probe.free_port()
    process = subprocess.Popen([sys.executable, "-m", module, "--port", str(port), *options])
    try:
        assert probe.wait_listening(HOST, port, PATIENCE_S)
        yield port
    finally:
        process.kill()
        process.wait()

"""A real server for as long as a test needs it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from betterworker.bench.model import Worker
    from betterworker.bench.server import Server
    from betterworker.bench.workbench import Workbench


@contextmanager
def started(bench: Workbench, worker: Worker, slot: str | None = None, round_: int = 1) -> Iterator[Server]:
    """Ready; its log's name is made of the slot (the worker's name, where none is given) and the round."""
    server = bench.launch(worker, slot or worker.name, round_)
    try:
        server.wait_ready(PATIENCE_S)
        yield server
    finally:
        server.stop()

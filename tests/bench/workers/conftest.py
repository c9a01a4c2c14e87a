from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from betterworker.bench.target import SITE
from betterworker.bench.workbench import Terms, Workbench, workbench

if TYPE_CHECKING:
    from collections.abc import Iterator

PROCESSES = 2
THREADS = 8


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """The built-in site with its database and its upstream; servers get two processes of eight threads."""
    terms = Terms(processes=PROCESSES, concurrency=1000, threads=THREADS, cpus=())
    folder = tmp_path_factory.mktemp("bench")
    with workbench(SITE, terms, folder=folder, load_cpus=(), latency_s=0.02) as ready:
        yield ready
    assert list(folder.glob("site.sqlite3*")) == []

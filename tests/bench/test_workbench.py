from __future__ import annotations

from betterworker.bench.model import ServerTerms
from betterworker.bench.workbench import terms_of
from tests.bench.builders import a_launch, a_worker


def test_every_worker_is_asked_for_the_same() -> None:
    order = a_launch(processes=2, backlog=2048)
    assert terms_of(a_worker(most_processes=1), order) == ServerTerms(
        processes=2, threads=None, backlog=2048, keep_alive=True
    )


def test_threads_are_asked_of_those_that_have_them() -> None:
    worker = a_worker(threads=lambda launch: launch.threads)
    assert terms_of(worker, a_launch(threads=8)).threads == 8

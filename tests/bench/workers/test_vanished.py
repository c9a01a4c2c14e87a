"""A server whose option vanished names it and its version: each real server gets one it does not know."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from betterworker.bench import machine
from betterworker.bench.errors import ServerFailure
from betterworker.bench.workers import WORKERS
from tests.bench.started import started

if TYPE_CHECKING:
    from betterworker.bench.model import Launch, Worker
    from betterworker.bench.workbench import Workbench

VANISHED = "--vanished"
#: One of each program; fastpysgi is called, and has no options.
FAMILIES = {worker.distributions[0]: worker for worker in WORKERS.values() if worker.name != "fastpysgi"}


def with_an_option_of_another_version(worker: Worker) -> Worker:
    def command(launch: Launch) -> tuple[str, ...]:
        *words, application = worker.command(launch)
        return (*words, f"{VANISHED}=1", application)

    # uwsgi ends in an option's value and not in the application.
    def before_options(launch: Launch) -> tuple[str, ...]:
        program, *words = worker.command(launch)
        return (program, f"{VANISHED}=1", *words)

    return replace(worker, command=before_options if worker.name == "uwsgi" else command)


@pytest.mark.servers
@pytest.mark.parametrize("worker", FAMILIES.values(), ids=FAMILIES)
def test_an_option_that_vanished_is_named_with_the_version(worker: Worker, bench: Workbench) -> None:
    altered = with_an_option_of_another_version(worker)
    with pytest.raises(ServerFailure) as caught, started(bench, altered, "vanished"):
        pass
    name = worker.distributions[0]
    version = machine.packages()[machine.distribution_key(name)]
    assert caught.value.reason.startswith(f"{name} {version} knows no option {VANISHED} (")

"""What the mark of a study brings about."""

from __future__ import annotations

import os

import pytest

from betterworker.bench.claims import REFUSED, claimed
from betterworker.bench.errors import Unprepared
from betterworker.bench.machine import available_cpus
from tests.real_projects.commands import environment


def test_without_it_nothing_is_measured() -> None:
    with pytest.raises(Unprepared, match="not marked `studies`"):
        claimed(available_cpus()).__enter__()


def test_nor_is_it_by_a_child_with_a_clean_environment() -> None:
    assert environment()[REFUSED] == os.environ[REFUSED]


@pytest.mark.servers
@pytest.mark.studies
def test_with_it_something_may_be() -> None:
    assert REFUSED not in os.environ

"""Many threads ask for turns less often; few of them as often as the process had it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from betterworker.handler.switching import WAKE_UPS_PER_S, suit

if TYPE_CHECKING:
    from collections.abc import Iterator

USUAL_S = 0.005


@pytest.fixture(autouse=True)
def _usual() -> Iterator[None]:
    before = sys.getswitchinterval()
    suit(0)
    sys.setswitchinterval(USUAL_S)
    yield
    suit(0)
    sys.setswitchinterval(before)


def interval() -> float:
    return sys.getswitchinterval()


@pytest.mark.parametrize("threads", [100, 1000, 5000])
def test_together_they_wake_up_no_more_often_than_a_core_can_bear(threads: int) -> None:
    suit(threads)
    assert threads / interval() <= WAKE_UPS_PER_S * 1.001


def test_few_threads_change_nothing() -> None:
    suit(2)
    assert interval() == pytest.approx(USUAL_S)


def test_the_interval_follows_the_threads_down_to_what_it_was() -> None:
    suit(1000)
    suit(200)
    assert interval() == pytest.approx(200 / WAKE_UPS_PER_S)
    suit(3)
    assert interval() == pytest.approx(USUAL_S)


def test_what_somebody_else_has_set_is_given_back() -> None:
    sys.setswitchinterval(0.03)
    suit(200)
    assert interval() == pytest.approx(0.03)
    suit(1000)
    suit(1)
    assert interval() == pytest.approx(0.03)

"""An alarm rings at its moment or later, by whatever timer there is."""

from __future__ import annotations

import asyncio
from time import monotonic_ns

import pytest

from betterworker.bench.load.alarm import Alarm
from betterworker.bench.load.loop import run_loop
from tests.patience import PATIENCE_S

MS = 1_000_000


def no_timer(_alarm: Alarm) -> int:
    raise OSError("no timerfd here")


@pytest.fixture(params=["timerfd", "the loop's timer"], autouse=True)
def timer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param != "timerfd":
        monkeypatch.setattr(Alarm, "_timer", no_timer)
    return str(request.param)


async def rings(*after_ms: int, then_off: bool = False) -> list[int]:
    """How long, in nanoseconds, until it rang, for an alarm that was set so often."""
    begin = monotonic_ns()
    heard: list[int] = []
    rang = asyncio.Event()

    def ring() -> None:
        heard.append(monotonic_ns() - begin)
        alarm.off()
        rang.set()

    alarm = Alarm(asyncio.get_running_loop(), ring)
    for ms in after_ms:
        alarm.set(begin + ms * MS)
    if then_off:
        alarm.off()
    else:
        await asyncio.wait_for(rang.wait(), PATIENCE_S)
    await asyncio.sleep(0.06)  # it is not to ring now
    alarm.close()
    return heard


def test_it_rings_once_at_its_moment(timer: str) -> None:
    (after,) = run_loop(rings(20))
    assert after >= (20 if timer == "timerfd" else 18) * MS  # a loop's timer counts whole milliseconds


def test_a_moment_that_has_passed_rings_at_once() -> None:
    assert len(run_loop(rings(-5))) == 1


def test_the_moment_set_last_counts() -> None:
    (after,) = run_loop(rings(1, 20))
    assert after >= 18 * MS


def test_switched_off_it_is_silent() -> None:
    assert run_loop(rings(5, then_off=True)) == []

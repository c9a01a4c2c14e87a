"""A held event loop: when it is, and in which of a request's visits it has to be."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from betterworker.bench.project.inside.probes import _stall
from betterworker.bench.project.inside.probes_held import CountingLoop, Heart, Held

FETCHES, RENDERS = ("shop/views.py:3 in fetches",), ("shop/views.py:9 in renders",)


def stall(*held: Held | None) -> Any:
    """Of a request with so many visits."""
    return _stall([SimpleNamespace(held=[each] if each else []) for each in held])  # type: ignore[misc]


def test_a_call_of_a_usual_length_holds_the_loop() -> None:
    loop = CountingLoop()
    heart = Heart(loop)

    def blocks() -> None:
        begun = time.perf_counter()
        # No longer than it takes, however slow the machine is.
        while time.perf_counter() - begun < 0.025 or not heart._looks:
            time.sleep(0.001)

    async def request() -> None:
        heart.start()
        blocks()
        heart.stop()

    loop.run_until_complete(request())
    loop.close()
    (held,) = heart.held
    assert held.own
    assert held.stack[-1].endswith("in blocks")


def test_a_short_hold_counts_where_every_visit_has_it_in_one_place() -> None:
    found = stall(Held(0.02, FETCHES), Held(0.03, FETCHES), Held(0.025, FETCHES))
    assert found == {"ms": 25.0, "times": 3, "stack": list(FETCHES)}


@pytest.mark.parametrize(
    "third",
    [None, Held(0.02, RENDERS), Held(0.02, FETCHES, own=False)],
    ids=["none", "elsewhere", "a package's"],
)
def test_else_it_was_the_machine(third: Held | None) -> None:
    assert stall(Held(0.02, FETCHES), Held(0.02, FETCHES), third) is None


@pytest.mark.parametrize("own", [True, False])
def test_a_long_one_counts_in_most_of_the_visits(own: bool) -> None:
    long = Held(0.06, FETCHES, own=own)
    assert stall(long, None, long)["times"] == 2
    assert stall(long, None, None) is None
    assert stall(None, None, None) is None

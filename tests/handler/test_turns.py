from __future__ import annotations

import asyncio
import itertools
import time
from typing import TYPE_CHECKING

from django.http import HttpResponse

from betterworker.handler.turns import LONG_S, REST, Turns
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tests.handler.conftest import Serve


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def begun(turns: Turns, clock: Clock, takes_s: float, count: int) -> list[int]:
    """In which turn of the loop each of ``count`` requests began that came in one, the first being 0."""
    turn = 0
    began: list[int] = []

    async def request() -> None:
        if turns.full():
            await turns.wait()
        began.append(turn)
        clock.now += takes_s

    requests = [asyncio.create_task(request()) for _ in range(count)]
    while not all(request.done() for request in requests):
        await asyncio.sleep(0)
        turn += 1
    return began


async def test_short_beginnings_share_a_turn() -> None:
    clock = Clock()
    assert await begun(Turns(asyncio.get_running_loop(), clock), clock, LONG_S / 100, 50) == [0] * 50


async def test_a_long_one_has_some_turns_to_itself() -> None:
    clock = Clock()
    turns = await begun(Turns(asyncio.get_running_loop(), clock), clock, LONG_S * 2, 4)
    assert all(REST <= later - sooner <= REST + 2 for sooner, later in itertools.pairwise(turns))


async def test_after_it_short_ones_wait_no_longer_than_a_turn_each() -> None:
    clock = Clock()
    turns = Turns(asyncio.get_running_loop(), clock)
    turns.full()
    clock.now += LONG_S * 2
    first, *others = await begun(turns, clock, 0.0, 3)
    assert REST <= first <= REST + 2
    assert others == [first + 1, first + 2]


async def test_nobody_has_to_wait_when_the_rest_is_over() -> None:
    clock = Clock()
    turns = Turns(asyncio.get_running_loop(), clock)
    asked = [turns.full()]
    clock.now += LONG_S * 2
    for _ in range(REST + 2):
        asked.append(turns.full())
        await asyncio.sleep(0)
    asked.append(turns.full())
    assert asked[: REST + 1] == [False, *[True] * REST]
    assert not asked[-1]


async def test_who_is_cancelled_meanwhile_lets_the_next_in() -> None:
    clock = Clock()
    turns = Turns(asyncio.get_running_loop(), clock)
    turns.full()
    clock.now += LONG_S * 2
    gone, stays = (asyncio.create_task(turns.wait()) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    async with asyncio.timeout(PATIENCE_S):
        await stays
    assert gone.cancelled()


async def test_one_request_is_on_its_way_before_the_next_begins_to_work(serve: Serve) -> None:
    """What a view waits for is asked for when it waits, not when all that came with it have begun too."""
    seen: list[str] = []

    async def view(request: HttpRequest) -> HttpResponse:
        name = request.GET["name"]
        seen.append(f"{name} works")
        until = time.thread_time() + 2 * LONG_S
        while time.thread_time() < until:
            pass
        for _ in range(3):
            await asyncio.sleep(0)
        seen.append(f"{name} is on its way")
        return HttpResponse()

    site = serve(root=view)
    await site.get("/?name=zero")  # from here on it is known for an async view
    seen.clear()
    answers = await asyncio.gather(*(site.get(f"/?name={name}") for name in ("one", "two", "three")))
    assert [answer.status for answer in answers] == [200] * 3
    assert seen == [
        f"{name} {does}" for name in ("one", "two", "three") for does in ("works", "is on its way")
    ]

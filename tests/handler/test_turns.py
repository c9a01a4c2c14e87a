from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from django.http import HttpResponse

from betterworker.handler.turns import LONG_S, Turns

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


async def test_a_long_one_leaves_the_next_to_another_turn() -> None:
    clock = Clock()
    assert await begun(Turns(asyncio.get_running_loop(), clock), clock, LONG_S * 2, 4) == [0, 1, 2, 3]


async def test_a_turn_ends_for_who_comes_later() -> None:
    clock = Clock()
    turns = Turns(asyncio.get_running_loop(), clock)
    asked = [turns.full()]
    clock.now += 100.0
    asked.append(turns.full())
    await asyncio.sleep(0)
    asked.append(turns.full())
    assert asked == [False, True, False]


async def test_one_request_is_on_its_way_before_the_next_begins_to_work(serve: Serve) -> None:
    """What a view waits for is asked for when it waits, not when all that came with it have begun too."""
    seen: list[str] = []

    async def view(request: HttpRequest) -> HttpResponse:
        name = request.GET["name"]
        seen.append(f"{name} works")
        time.sleep(LONG_S * 2)  # noqa: ASYNC251 - work, not waiting
        asyncio.get_running_loop().call_soon(seen.append, f"{name} is on its way")
        await asyncio.sleep(0)
        return HttpResponse()

    site = serve(root=view)
    await site.get("/?name=zero")  # from here on it is known for an async view
    seen.clear()
    answers = await asyncio.gather(*(site.get(f"/?name={name}") for name in ("one", "two", "three")))
    assert [answer.status for answer in answers] == [200] * 3
    assert seen == [
        f"{name} {does}" for name in ("one", "two", "three") for does in ("works", "is on its way")
    ]

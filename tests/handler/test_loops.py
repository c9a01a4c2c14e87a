from __future__ import annotations

import asyncio
import threading
from collections import deque
from typing import Any

import pytest

from betterworker.handler.loops import Mailbox
from tests.patience import PATIENCE_S


async def test_many_errands_that_end_together_all_arrive() -> None:
    mail = Mailbox(asyncio.get_running_loop())
    errands = [mail.errand() for _ in range(2000)]
    together = threading.Barrier(8)

    def work(share: list[Any]) -> None:
        together.wait()
        for errand in share:
            mail.do(errand, lambda: 1)

    threads = [threading.Thread(target=work, args=(errands[place::8],)) for place in range(8)]
    for thread in threads:
        thread.start()
    async with asyncio.timeout(PATIENCE_S):
        assert [await errand.result() for errand in errands] == [1] * 2000


async def test_an_errand_that_is_put_between_two_others_is_not_overlooked() -> None:
    """Both look whether somebody has woken the loop already; each must not rely on the other."""
    mail = Mailbox(asyncio.get_running_loop())
    first, second = mail.errand(), mail.errand()

    class Post(list[Any]):
        def append(self, errand: Any) -> None:
            super().append(errand)
            if errand is first:
                mail.do(second, int)

        def popleft(self) -> Any:
            return self.pop(0)

    mail._post = Post()  # type: ignore[assignment]
    await asyncio.to_thread(mail.do, first, int)
    async with asyncio.timeout(PATIENCE_S):
        await first.result()
        await second.result()


async def test_an_errand_that_comes_as_the_box_is_found_empty_wakes_the_loop_again() -> None:
    mail = Mailbox(asyncio.get_running_loop())
    first, second = mail.errand(), mail.errand()
    late = [second]

    class Post(deque[Any]):
        def __bool__(self) -> bool:
            found = len(self) > 0
            if not found and late:
                mail.do(late.pop(), int)
            return found

    mail._post = Post()
    mail.do(first, int)
    async with asyncio.timeout(PATIENCE_S):
        await first.result()
        await second.result()


async def test_errands_that_end_at_once_wake_the_loop_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    woken: list[Any] = []
    monkeypatch.setattr(loop, "call_soon_threadsafe", woken.append)
    mail = Mailbox(loop)
    for _ in range(5):
        mail.do(mail.errand(), int)
    assert len(woken) == 1


async def test_a_closed_loop_is_told_apart() -> None:
    closed = asyncio.new_event_loop()
    mail = Mailbox(closed)
    errands = [mail.errand() for _ in range(3)]
    closed.close()
    assert [mail.do(each, int) for each in errands] == [False] * 3

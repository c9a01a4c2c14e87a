"""A client of which a test says how fast it is: no process starts, no time passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from betterworker.bench.clientlab.plan import Asked
from betterworker.bench.clientlab.session import Block, Measured, Session
from betterworker.bench.clientlab.spec import Done, Order
from betterworker.bench.errors import GeneratorFailure

ONE, MANY = "http://127.0.0.1:1/posts", ("http://127.0.0.2:1/posts", "http://127.0.0.3:1/posts")


@dataclass
class FakeClient:
    """Takes ``each_s`` for a request. Dies with the order numbered ``dies_at``."""

    each_s: float = 0.001
    dies_at: int | None = None
    orders: list[Order] = field(default_factory=list)

    def run(self, order: Order) -> Done:
        self.orders.append(order)
        if self.dies_at is not None and len(self.orders) > self.dies_at:
            raise GeneratorFailure("its process ended with status -9")
        return a_done(seconds=order.requests * self.each_s, ok=order.requests)


def an_asked(**overrides: Any) -> Asked:
    return Asked(**{"clients": ("httpx:sync", "aiohttp:async"), "requests": 100, "hosts": 2, **overrides})


def a_done(**overrides: Any) -> Done:
    values: dict[str, Any] = {"seconds": 0.1, "cpu_s": 0.05, "ok": 100, "errors": {}}
    return Done(**{**values, **overrides})


def blocks(client: str, situation: str, *parts: float | Done) -> tuple[Block, ...]:
    """A number is the right answers of a block of one second."""
    done = (part if isinstance(part, Done) else a_done(seconds=1.0, ok=int(part)) for part in parts)
    return tuple(
        Block(client=client, situation=situation, number=number, done=each)
        for number, each in enumerate(done)
    )


def a_measured(*parts: tuple[Block, ...], **overrides: Any) -> Measured:
    values: dict[str, Any] = {
        "asked": an_asked(),
        "blocks": tuple(block for part in parts for block in part),
        "failed": {},
        "skipped": {},
        "versions": {"httpx": "0.28.1"},
        "carriers": {},
    }
    return Measured(**{**values, **overrides})


def a_session(
    clients: dict[str, FakeClient],
    tell: Callable[[str, float], None] = lambda _title, _left: None,
    **asked: Any,
) -> Session:
    return Session(
        asked=an_asked(clients=tuple(clients), **asked),
        clients=clients,
        one=ONE,
        many=MANY,
        length=27_000,
        tell=tell,
    )

"""Which part of a request a hop is for, by what was handed to the thread."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.core import signals
from django.http import HttpResponseBase

from betterworker.handler.exchange import Exchange
from betterworker.handler.hops.counting import Call
from betterworker.handler.hops.stacks import Made, Stack
from betterworker.handler.hops.views import VIEWS

Part = Literal["started", "view", "closing", "other"]
OF_AN_EXCHANGE: dict[Any, Part] = {Exchange.begin: "view", Exchange.run: "other", Exchange.end: "closing"}


@dataclass(frozen=True, slots=True)
class Owned:
    """``part`` is the place of a middleware in MIDDLEWARE, or what else the hop is for."""

    part: int | Part
    what: str


class Owners:
    def __init__(self, stack: Stack) -> None:
        self._places: dict[int, _Place] = {}
        for chain in (stack.chain, stack.sync_chain):
            for place, made in enumerate(chain):
                if made.instance is not None:
                    code = getattr(made.instance, "__code__", made.instance)
                    found = _Place(place, chain, is_sync=chain is stack.sync_chain)
                    self._places |= {id(made.instance): found, id(code): found}

    def of(self, call: Call) -> Owned:
        name = _name(call.hook)
        if call.func in OF_AN_EXCHANGE:
            return Owned(OF_AN_EXCHANGE[call.func], "all of it" if call.func is Exchange.begin else name)
        for each in _wrapped(call.hook):
            if found := self._places.get(id(each)):
                return Owned(found.cause(), "the run")
            if each in VIEWS.values():
                return Owned("view", name)
        owner = getattr(call.hook, "__self__", None)
        for each in (owner, *call.askers):
            if found := self._places.get(id(each)):
                return Owned(found.place, name)
        if isinstance(owner, HttpResponseBase) and name == "close":
            return Owned("closing", name)
        return Owned("started", name) if _sends(call.hook, signals.request_started) else Owned("other", name)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a middleware stands, in a chain that its request goes through sync (``is_sync``) or async."""

    place: int
    chain: tuple[Made, ...]
    is_sync: bool

    def cause(self) -> int:
        """Of the hop into a run of sync middleware: in an async chain its inmost, which cannot be async; in a
        sync one that before it, which cannot be sync."""
        if self.is_sync:
            outer = [at for at, _ in self._made(range(self.place))]
            return outer[-1] if outer else self.place
        inmost = self.place
        for at, made in self._made(range(self.place, len(self.chain))):
            if made.mode == "async":
                break
            inmost = at
        return inmost

    def _made(self, places: range) -> Iterator[tuple[int, Made]]:
        return ((at, self.chain[at]) for at in places if self.chain[at].instance is not None)


def _wrapped(func: Any) -> Iterator[Any]:
    while func is not None:
        yield func
        func = getattr(func, "__wrapped__", None)


def _name(func: Any) -> str:
    return str(getattr(func, "__name__", type(func).__name__))


def _sends(func: Any, signal: object) -> bool:
    return inspect.isfunction(func) and inspect.getclosurevars(func).nonlocals.get("self") is signal

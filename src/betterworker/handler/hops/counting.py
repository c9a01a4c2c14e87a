"""Counts what a request hands to threads, and the threads that are made for it."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass, field
from functools import partial
from types import FrameType
from typing import Any

from asgiref.sync import SyncToAsync

from betterworker.handler.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Call:
    """One hop: what was handed to a thread, what it is for, and whose code asked for it (innermost first)."""

    func: Callable[..., Any]
    hook: Callable[..., Any]
    askers: tuple[object, ...] = ()


@dataclass(slots=True)
class Count:
    calls: list[Call] = field(default_factory=list)
    threads: int = 0


class CountingLoop(asyncio.SelectorEventLoop):
    """Every hop of asgiref's, and of asyncio's own, goes through ``run_in_executor``."""

    def __init__(self) -> None:
        super().__init__()
        self.count = Count()

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        self.count.calls.append(_call(func, args))
        return super().run_in_executor(executor, func, *args)

    @contextmanager
    def counted(self) -> Iterator[Count]:
        """What happens meanwhile, with the handler's lanes."""
        before, self.count = self.count, Count()
        methods = {name: getattr(Exchange, name) for name in ("begin", "run", "end")}
        start = threading.Thread.start
        count = self.count

        def started(thread: threading.Thread) -> None:
            count.threads += 1
            start(thread)

        for name, method in methods.items():
            setattr(Exchange, name, _counting(method, count))
        threading.Thread.start = started  # type: ignore[method-assign, assignment]
        try:
            yield count
        finally:
            threading.Thread.start = start  # type: ignore[method-assign]
            for name, method in methods.items():
                setattr(Exchange, name, method)
            self.count = before


def _counting(method: Callable[..., Any], count: Count) -> Callable[..., Any]:
    def counting(exchange: Exchange, *work: Callable[[], Any]) -> Any:
        count.calls.append(Call(method, work[0] if work else method))
        return method(exchange, *work)

    return counting


def _call(job: Callable[..., Any], args: tuple[Any, ...]) -> Call:
    """What asgiref was asked to run, out of what it wraps around it."""
    askers = tuple(_askers(sys._getframe(2)))
    if isinstance(job, partial) and isinstance(getattr(job.func, "__self__", None), SyncToAsync):
        child = job.args[-1]
        return Call(child.func, _hook(child.func, child.args), askers)
    return Call(job, _hook(job, args), askers)


def _askers(frame: FrameType | None) -> Iterator[object]:
    """What is being called, up to the handler: objects of methods, and the code of functions."""
    while frame is not None and not _is_a_handlers(frame):
        yield frame.f_code
        yield frame.f_locals.get("self")
        frame = frame.f_back


def _is_a_handlers(frame: FrameType) -> bool:
    name = frame.f_globals.get("__name__", "")
    return name.startswith(("django.core.handlers.", "betterworker.handler.")) and not name.startswith(
        __package__
    )


def _hook(func: Any, args: tuple[Any, ...]) -> Callable[..., Any]:
    """Where the handler puts several hooks of middleware into one hop: the first, which needs it."""
    while isinstance(func, partial):
        within = isinstance(getattr(func.func, "__self__", None), Context)
        func = func.args[0] if within else func.func
    found: Callable[..., Any] = func
    waiting = getattr(getattr(func, "__self__", None), "next_hook", None)
    first = args[0] if args else None
    if callable(waiting):
        found = waiting
    elif isinstance(first, list) and first and callable(first[0]):
        found = first[0]
    return found

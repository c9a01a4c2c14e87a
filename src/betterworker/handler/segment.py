"""Middleware with hooks, run without a thread where it does no I/O, and with one hop where it does.

Django wraps every hook of every such middleware into a hop of its own. Here a run of them is one, each way.
What each sees of the others, and what becomes of an exception, is as in Django.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.core.handlers.exception import response_for_exception
from django.http import HttpRequest, HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from betterworker.handler.known import Free, Hook

GetResponse = Callable[[HttpRequest], Awaitable[HttpResponseBase]]
Step = tuple[Callable[..., Any], Free | None]
"""A hook, and when it is free of I/O (None: never known to be)."""

ENTER_AND_LEAVE: tuple[Hook, Hook] = ("process_request", "process_response")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One middleware: its hooks on the way in and on the way out (None where it has none)."""

    enter: Step | None
    leave: Step | None


def has_plain_hooks(factory: object) -> bool:
    """Whether calling such a middleware means calling its hooks around the rest, and nothing else."""
    return (
        isinstance(factory, type)
        and issubclass(factory, MiddlewareMixin)
        and factory.__call__ is MiddlewareMixin.__call__
        and factory.__acall__ is MiddlewareMixin.__acall__
        and not any(iscoroutinefunction(getattr(factory, hook, None)) for hook in ENTER_AND_LEAVE)
    )


def layer(middleware: object, free: Mapping[Hook, Free]) -> Layer:
    def step(hook: Hook) -> Step | None:
        method = getattr(middleware, hook, None)
        return None if method is None else (method, free.get(hook))

    return Layer(enter=step("process_request"), leave=step("process_response"))


class Segment:
    """Neighbouring layers, the outermost first, around ``inner``."""

    def __init__(self, layers: Sequence[Layer], inner: GetResponse) -> None:
        self._layers = tuple(layers)
        self._inner = inner

    async def through(self, request: HttpRequest) -> HttpResponseBase:
        entering = _Entering(self._layers, request)
        await _through(entering)
        response = entering.response
        if response is None:
            response = await self._inner(request)
        leaving = _Leaving(self._layers[: entering.reached], request, response)
        await _through(leaving)
        return leaving.response  # type: ignore[no-any-return]


async def _through(way: Any) -> None:
    """On the loop as long as nothing does I/O; the rest, if any does, in one hop."""
    while not way.done:
        try:
            way.run(until_io=True)
            if not way.done:
                await sync_to_async(way.run, thread_sensitive=True)(until_io=False)
        except Exception as error:  # noqa: BLE001 - Django makes a response of it
            await sync_to_async(way.fail, thread_sensitive=False)(error)


class _Entering:
    """The way in: it ends early at a response, or at an exception."""

    def __init__(self, layers: Sequence[Layer], request: HttpRequest) -> None:
        self._layers = layers
        self._request = request
        self._place = 0
        self.reached = len(layers)
        self.response: Any = None

    @property
    def done(self) -> bool:
        return self._place >= len(self._layers) or self.response is not None

    @property
    def next_hook(self) -> Callable[..., Any] | None:
        step = None if self.done else self._layers[self._place].enter
        return step[0] if step else None

    def run(self, *, until_io: bool) -> None:
        while not self.done:
            step = self._layers[self._place].enter
            if step is not None:
                hook, free = step
                if until_io and (free is None or not free(self._request, None)):
                    return
                self.response = hook(self._request) or None
            self._place += 1
        if self.response is not None:
            # A middleware that answers sees its own answer on the way out.
            self.reached = self._place

    def fail(self, error: Exception) -> None:
        self.response = response_for_exception(self._request, error)
        self.reached = self._place


class _Leaving:
    def __init__(self, layers: Sequence[Layer], request: HttpRequest, response: Any) -> None:
        self._layers = layers
        self._request = request
        self._place = len(layers)
        self.response = response

    @property
    def done(self) -> bool:
        return self._place == 0

    @property
    def next_hook(self) -> Callable[..., Any] | None:
        step = None if self.done else self._layers[self._place - 1].leave
        return step[0] if step else None

    def run(self, *, until_io: bool) -> None:
        while not self.done:
            step = self._layers[self._place - 1].leave
            if step is not None:
                hook, free = step
                if until_io and (free is None or not free(self._request, self.response)):
                    return
                self.response = hook(self._request, self.response)
            self._place -= 1

    def fail(self, error: Exception) -> None:
        self.response = response_for_exception(self._request, error)
        self._place -= 1

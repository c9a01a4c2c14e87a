"""The async chain of middleware: Django's order and meaning, with as few hops as it can do with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, cast

from asgiref.sync import iscoroutinefunction, sync_to_async
from django import VERSION
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.utils.module_loading import import_string

from betterworker.handler.known import Free, free_hooks
from betterworker.handler.segment import Layer, Segment, has_plain_hooks, layer

GetResponse = Callable[[HttpRequest], Any]
_REMOTE_USER = "django.contrib.auth.middleware.RemoteUserMiddleware"

ViewHook = tuple[Callable[..., Any], Free | None]


@dataclass(slots=True)
class Chain:
    """Grown from the view outwards. Neighbours with plain hooks are gathered, innermost first."""

    handler: BaseHandler
    inner: GetResponse
    is_async: bool = True
    layers: list[Layer] = field(default_factory=list)

    def add(self, path: str, free_of_io: Collection[str]) -> object | None:
        """The middleware, wrapped around what there is; None where it wants no part in it."""
        factory = import_string(path)
        is_async = _mode(factory, path, inside_is_async=self.is_async)
        adapted = self._adapted(self._whole(), is_async, path)
        instance = _made(factory, adapted, path)
        if instance is None:
            return None
        # With something else inside, or a mode of its own, it is more than its hooks.
        plain = is_async and has_plain_hooks(factory)
        if plain and getattr(instance, "get_response", None) is adapted:
            self.layers.append(layer(instance, free_hooks(instance, free_of_io)))
        else:
            self.inner = convert_exception_to_response(cast("GetResponse", instance))
            self.layers = []
        self.is_async = is_async
        return instance

    def closed(self) -> GetResponse:
        return self.handler.adapt_method_mode(True, self._whole(), self.is_async)

    def _whole(self) -> GetResponse:
        if not self.layers:
            return self.inner
        return Segment(tuple(reversed(self.layers)), self.inner).through

    def _adapted(self, inner: GetResponse, is_async: bool, path: str) -> GetResponse:
        name = f"middleware {path}"
        return self.handler.adapt_method_mode(is_async, inner, self.is_async, debug=settings.DEBUG, name=name)


def load(handler: Any, free_of_io: Collection[str]) -> None:
    """As BaseHandler.load_middleware does for async, with settings.MIDDLEWARE."""
    chain = Chain(handler, convert_exception_to_response(handler._get_response_async))
    views: list[ViewHook] = []
    handler._template_response_middleware = []
    handler._exception_middleware = []
    for path in reversed(settings.MIDDLEWARE):
        instance = chain.add(path, free_of_io)
        if (hook := getattr(instance, "process_view", None)) is not None:
            views.insert(0, (hook, free_hooks(instance, free_of_io).get("process_view")))
        if hasattr(instance, "process_template_response"):
            handler._template_response_middleware.append(
                handler.adapt_method_mode(True, instance.process_template_response)
            )
        if hasattr(instance, "process_exception"):
            handler._exception_middleware.append(handler.adapt_method_mode(False, instance.process_exception))
    handler._view_middleware = [ViewHooks(views)] if views else []
    handler._middleware_chain = chain.closed()


class ViewHooks:
    """All ``process_view`` of a chain as one: on the loop where they wait for nothing, else in one hop."""

    def __init__(self, hooks: Sequence[ViewHook]) -> None:
        self._hooks = tuple(hooks)

    async def __call__(self, request: HttpRequest, *view: Any) -> Any:
        place = 0
        while place < len(self._hooks):
            hook, free = self._hooks[place]
            if iscoroutinefunction(hook):
                response = await hook(request, *view)
            elif free is not None and free(request, view[0]):
                response = hook(request, *view)
            else:
                methods = self._run(place)
                response = await sync_to_async(_first)(methods, request, view)
                place += len(methods) - 1
            if response:
                return response
            place += 1
        return None

    def _run(self, place: int) -> list[Callable[..., Any]]:
        """The sync ones from here on."""
        hooks = (hook for hook, _ in self._hooks[place:])
        return list(takewhile(lambda hook: not iscoroutinefunction(hook), hooks))


def _first(methods: list[Callable[..., Any]], request: HttpRequest, view: tuple[Any, ...]) -> Any:
    for method in methods:
        response = method(request, *view)
        if response:
            return response
    return None


def is_another_when_async(path: str) -> bool:
    """Up to Django 6.0 RemoteUserMiddleware reads another header in its async form, which ASGI gets."""
    bases = getattr(import_string(path), "__mro__", ())
    return VERSION < (6, 1) and any(
        f"{base.__module__}.{base.__qualname__}" == _REMOTE_USER for base in bases
    )


def _mode(factory: Any, path: str, *, inside_is_async: bool) -> bool:
    """Django's rule: async where it can be, but not around what is sync already."""
    can_sync = getattr(factory, "sync_capable", True)
    can_async = getattr(factory, "async_capable", False)
    if not can_sync and not can_async:
        raise RuntimeError(
            f"Middleware {path} must have at least one of sync_capable/async_capable set to True."
        )
    return bool(can_async) and (inside_is_async or not can_sync)


def _made(factory: Any, inner: GetResponse, path: str) -> object | None:
    try:
        instance: object | None = factory(inner)
    except MiddlewareNotUsed:
        # The sync stack tells why, once for both.
        return None
    if instance is None:
        raise ImproperlyConfigured(f"Middleware factory {path} returned None.")
    return instance

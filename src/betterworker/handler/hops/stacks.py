"""Django's own handler and this one, built from settings.MIDDLEWARE, with what each entry became in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from asgiref.sync import iscoroutinefunction
from django.core.exceptions import MiddlewareNotUsed
from django.core.handlers import base
from django.core.handlers.asgi import ASGIHandler
from django.utils.module_loading import import_string

from betterworker.handler.asgi import Handler
from betterworker.handler.chain import Chain
from betterworker.handler.hops.views import Mode
from betterworker.handler.known import free_hooks
from betterworker.handler.segment import has_plain_hooks

Kind = Literal["free", "hooks", "sync-only", "async", "function", "unused"]


class Unusable(Exception):
    """A middleware that cannot be made: the site would not start."""

    def __init__(self, path: str, error: Exception) -> None:
        super().__init__(f"{path} cannot be made: {type(error).__name__}: {error}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What became of an entry of MIDDLEWARE: None where it wanted no part in it."""

    instance: object | None
    mode: Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """``chain`` as in MIDDLEWARE, the outermost first; ``sync_chain``: for sync views, if another."""

    application: Any
    chain: tuple[Made, ...]
    sync_chain: tuple[Made, ...] = ()


def stock() -> Stack:
    with _made_by_django() as made:
        application = ASGIHandler()
    return Stack(application=application, chain=tuple(reversed(made)))


def ours() -> Stack:
    made: list[Made] = []
    add = Chain.add

    def spied(chain: Chain, path: str, *rest: Any) -> object | None:
        try:
            instance = add(chain, path, *rest)
        except Exception as error:
            raise Unusable(path, error) from error
        made.append(Made(instance=instance, mode="async" if chain.is_async else "sync"))
        return instance

    with _replaced(Chain, "add", spied), _made_by_django() as made_sync:
        application = Handler()
    return Stack(application=application, chain=tuple(reversed(made)), sync_chain=tuple(reversed(made_sync)))


@contextmanager
def _made_by_django() -> Iterator[list[Made]]:
    """The innermost first."""
    made: list[Made] = []

    def spied(path: str) -> _Spy:
        return _Spy(path, import_string(path), made)

    with _replaced(base, "import_string", spied):
        yield made


BUILDERS: dict[str, Callable[[], Stack]] = {"stock": stock, "handler": ours}


class _Spy:
    """Stands for a middleware's factory, and keeps what it makes."""

    def __init__(self, path: str, factory: Any, made: list[Made]) -> None:
        self.sync_capable = getattr(factory, "sync_capable", True)
        self.async_capable = getattr(factory, "async_capable", False)
        self._path = path
        self._factory = factory
        self._made = made

    def __call__(self, get_response: Callable[..., Any]) -> object:
        mode: Mode = "async" if iscoroutinefunction(get_response) else "sync"
        try:
            instance: object = self._factory(get_response)
        except MiddlewareNotUsed:
            self._made.append(Made(instance=None, mode=mode))
            raise
        except Exception as error:
            raise Unusable(self._path, error) from error
        self._made.append(Made(instance=instance, mode=mode))
        return instance


def kind_of(path: str, made: Made, free_of_io: tuple[str, ...]) -> Kind:
    factory: Any = import_string(path)
    if made.instance is None:
        return "unused"
    if not isinstance(factory, type):
        return "function"
    if not getattr(factory, "async_capable", False):
        return "sync-only"
    if not has_plain_hooks(factory):
        return "async"
    return "free" if free_hooks(made.instance, free_of_io) else "hooks"


def capable_of(path: str) -> list[Mode]:
    factory: Any = import_string(path)
    can: dict[Mode, bool] = {
        "sync": getattr(factory, "sync_capable", True),
        "async": getattr(factory, "async_capable", False),
    }
    return [mode for mode in can if can[mode]]


@contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)

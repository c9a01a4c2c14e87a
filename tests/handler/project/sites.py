"""Sites of a few views, made where they are needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from django.conf import settings
from django.urls import path

STARTPROJECT = tuple(settings.MIDDLEWARE)

View = Callable[..., Any]


def urlconf(*patterns: Any, **names: Any) -> ModuleType:
    module = ModuleType("tests.handler.project.some_urls")
    vars(module).update(names, urlpatterns=list(patterns))
    return module


def views(**by_name: View) -> list[Any]:
    """``root`` is at ``/``, each other one at ``/NAME``."""
    return [path("" if name == "root" else name, view) for name, view in by_name.items()]


def middleware(*kinds: Any) -> Sequence[str]:
    return [each if isinstance(each, str) else f"{each.__module__}.{each.__qualname__}" for each in kinds]

"""A sync and an async view, put before the project's own URLs."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any, Literal

from django.http import HttpRequest, JsonResponse
from django.urls import path

Mode = Literal["sync", "async"]
MODES: tuple[Mode, ...] = ("sync", "async")
MARK = "x-betterworker-check"
URLCONF = "betterworker_check_urls"
HANDLERS = ("handler400", "handler403", "handler404", "handler500")


def _response() -> JsonResponse:
    """Long enough to be compressed; ``private`` keeps it out of the site's cache."""
    return JsonResponse({"padding": "." * 1000}, headers={MARK: "1", "Cache-Control": "private, no-store"})


def sync_view(_request: HttpRequest) -> JsonResponse:
    return _response()


async def async_view(_request: HttpRequest) -> JsonResponse:
    return _response()


VIEWS: dict[Mode, Any] = {"sync": sync_view, "async": async_view}


def path_of(mode: Mode) -> str:
    return f"/betterworker-check/{mode}/"


def mount(root: str, databases: set[str]) -> str | None:
    """Make ``URLCONF``; gives what is wrong with the project's own, which then has no part in it."""
    ours = [path(path_of(mode).lstrip("/"), view) for mode, view in VIEWS.items()]
    for view in VIEWS.values():
        # Anybody may see them, and they use no database.
        vars(view).update(login_required=False, _non_atomic_requests=databases)
    module: Any = ModuleType(URLCONF)
    module.urlpatterns = ours
    sys.modules[URLCONF] = module
    try:
        theirs = import_module(root)
        module.urlpatterns = [*ours, *theirs.urlpatterns]
    except Exception as error:  # noqa: BLE001 - whatever a project's module raises
        return f"{type(error).__name__}: {error}"
    for name in HANDLERS:
        if hasattr(theirs, name):
            setattr(module, name, getattr(theirs, name))
    return None

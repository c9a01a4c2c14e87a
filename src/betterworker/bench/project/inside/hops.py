"""Job: the thread hops of a request through the project's middleware, under Django's handler and ours.

The counting is the handler's (``betterworker.handler.hops``), of the betterworker that asks, whichever the
interpreter has. What it must not do to the project is seen to here, as for every job.
"""

from __future__ import annotations

import importlib
import platform
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import asgiref
import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from .boot import load, unfit
from .client import Asked, Came, ask_asgi, browser
from .guard import Raised
from .setting_up import Wrong, wrong

OLDEST_PYTHON, OLDEST_DJANGO = (3, 11), (5, 2)
#: Longer than any middleware should take for one request.
PATIENCE_S = 30.0


def begin() -> None:
    """Raises Wrong where the handler cannot run."""
    why = unfit("The handler needs", OLDEST_PYTHON, OLDEST_DJANGO)
    if why:
        raise Wrong(why)
    # Before the project's apps, which may have the handler among them.
    load("betterworker", Path(__file__).parents[3])


def job(_order: dict[str, Any]) -> dict[str, Any]:
    absent = list(filter(None, map(_problem, settings.MIDDLEWARE)))
    if absent:
        raise Wrong("\n".join(["MIDDLEWARE has what cannot be imported:", *absent]))
    return {
        "settings": settings.SETTINGS_MODULE,
        "python": platform.python_version(),
        "django": django.get_version(),
        "asgiref": asgiref.__version__,
        "betterworker": importlib.import_module("betterworker").__version__,
        **_measured(),
    }


def _problem(path: str) -> str | None:
    try:
        import_string(path)
    except Exception as error:  # noqa: BLE001 - whatever a project's module raises
        return f"  {path}: {type(error).__name__}: {error}"
    return None


def _measured() -> dict[str, Any]:
    raised = Raised()
    # Only now: Raised has to be there before anything imports what it replaces.
    measuring: Any = importlib.import_module("betterworker.handler.hops.measuring")
    try:
        facts: dict[str, Any] = measuring.measured(_ask, raised.errors)
    except (measuring.Unusable, ImproperlyConfigured) as error:
        raise Wrong(str(error)) from error
    except Exception as error:
        raise wrong("The stack cannot be built", error) from error
    return facts


def _ask(application: Any, path: str) -> Coroutine[Any, Any, Came]:
    """As a browser sends it to a site behind HTTPS."""
    headers = browser(_host(), https=True) | {"Accept-Encoding": "gzip", "Accept-Language": "en"}
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        headers[name.removeprefix("HTTP_").replace("_", "-")] = value
    return ask_asgi(application, Asked(path, list(headers.items()), https=True), patience_s=PATIENCE_S)


def _host() -> str:
    """One that the site answers to."""
    named = [host.lstrip(".") for host in settings.ALLOWED_HOSTS if host.strip(".*")]
    return named[0] if named else "localhost"

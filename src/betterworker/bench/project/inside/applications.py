"""The project's WSGI and ASGI applications, as ``module:name``."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Optional

from django.conf import settings

from .setting_up import shortened

#: The application and None, or None and why there is none.
Found = tuple[Optional[str], Optional[str]]


def wsgi() -> Found:
    return _first([_dotted("WSGI_APPLICATION"), *_beside("wsgi")], "wsgi.py")


def asgi(wsgi_found: str | None) -> Found:
    """``ASGI_APPLICATION`` is a setting of Channels; else it lies where the WSGI application does."""
    module = (wsgi_found or "").partition(":")[0]
    sibling = f"{module[:-4]}asgi:application" if module.endswith("wsgi") else None
    return _first([_dotted("ASGI_APPLICATION"), sibling, *_beside("asgi")], "asgi.py")


def _dotted(setting: str) -> str | None:
    path = getattr(settings, setting, None)
    return ":".join(str(path).rpartition(".")[::2]) if path and "." in str(path) else None


def _beside(name: str) -> Iterator[str]:
    """In the packages of the settings and of the URLs, the innermost first."""
    roots = (str(settings.SETTINGS_MODULE), str(getattr(settings, "ROOT_URLCONF", "")))
    for root in roots:
        parts = root.split(".")[:-1]
        for length in range(len(parts), 0, -1):
            yield ".".join([*parts[:length], f"{name}:application"])
    yield f"{name}:application"


def _first(places: list[str | None], file: str) -> Found:
    """The first that is there; one that is there and cannot be imported is told."""
    for place in dict.fromkeys(place for place in places if place):
        module, _, name = place.partition(":")
        if not _is_there(module):
            continue
        try:
            getattr(importlib.import_module(module), name)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a project's module raises
            return None, f"{place} cannot be imported:\n{shortened(error)}"
        return place, None
    return None, f"the project has no {file}"


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False

"""Guesses from a request's URL whether its view is async, before middleware had its say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.core.handlers.asgi import get_script_prefix
from django.http import HttpRequest
from django.urls import get_resolver
from django.utils import translation

#: What is kept: so many paths, of at most so many characters.
MOST = 4096
LONGEST = 200


class Hints:
    """Middleware may choose other URLs: a wrong guess costs a hop, and changes nothing else.

    ``always``: the async chain has to serve all.
    """

    def __init__(self, *, always: bool = False) -> None:
        self._always = always
        #: What answered last at a path, and whether it is async.
        self._known: dict[str, tuple[Any, bool]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def is_async(self, scope: Mapping[str, Any]) -> bool:
        if self._always:
            return True
        path = scope["path"]
        known = self._known.get(path)
        return _guess(path.removeprefix(get_script_prefix(scope))) if known is None else known[1]

    def learn(self, request: HttpRequest) -> None:
        """From a request that has come to its view, or not."""
        match, path = request.resolver_match, request.path
        if match is None or len(path) > LONGEST:
            return
        known = self._known.get(path)
        if known is not None and known[0] is match.func:
            return
        if known is None and len(self._known) >= MOST:
            self._known.clear()
        self._known[path] = match.func, iscoroutinefunction(match.func)


def _guess(path: str) -> bool:
    try:
        language = translation.get_language_from_path(path) if settings.USE_I18N else None
        if language is None:
            return _resolves_to_async(path)
        with translation.override(language):
            return _resolves_to_async(path)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the request will tell
        return False


def _resolves_to_async(path: str) -> bool:
    return iscoroutinefunction(get_resolver().resolve(path).func)

"""The project's URL patterns, flat."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.urls import LocalePrefixPattern, Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.utils.regex_helper import normalize

from . import language

#: More than any site needs to be told of.
MOST = 5000


def flat() -> list[dict[str, Any]]:
    """As ``Url`` of the side that asks. Raises what the project's URLs raise when they are imported."""
    with language.of_visitors():
        return list(islice(_walk(get_resolver().url_patterns), MOST))


def _walk(
    patterns: Iterable[Any], regex: str = "", text: str = "", spaces: tuple[str, ...] = ()
) -> Iterator[dict[str, Any]]:
    for each in patterns:
        deeper = (regex + _regex(each.pattern), text + _text(each.pattern))
        if isinstance(each, URLResolver):
            inner = (*spaces, each.namespace) if each.namespace else spaces
            yield from _walk(each.url_patterns, *deeper, inner)
        elif isinstance(each, URLPattern):
            yield _url(each, *deeper, spaces)


def _url(pattern: URLPattern, regex: str, text: str, spaces: tuple[str, ...]) -> dict[str, Any]:
    callback = pattern.callback
    return {
        "pattern": f"/{text}",
        "path": _path(regex, callback),
        "view": name_of(callback),
        "mode": _mode(callback),
        "name": pattern.name or "",
        "namespace": ":".join(spaces),
    }


def _regex(pattern: Any) -> str:
    if isinstance(pattern, LocalePrefixPattern):
        return re.escape(str(pattern.language_prefix))
    return str(pattern.regex.pattern).removeprefix("^")


def _text(pattern: Any) -> str:
    return str(pattern).removeprefix("^").removesuffix("$")


def _path(regex: str, callback: Any) -> str | None:
    """The path that needs no arguments; None where it takes some, or where another view answers to it."""
    try:
        forms = [form for form, arguments in normalize(regex) if not arguments]
    except (NotImplementedError, ValueError):
        return None
    for form in forms:
        path = "/" + form.replace("%%", "%")
        if "%" not in path and _answers(path, callback):
            return path
    return None


def _answers(path: str, callback: Any) -> bool:
    try:
        return resolve(path).func is callback
    except Resolver404:
        return False


def answering(path: str) -> dict[str, str]:
    """The view that answers to a path, and its mode."""
    try:
        with language.of_path(path):
            callback = resolve(path.partition("?")[0]).func
    except Resolver404:
        return {}
    return {"view": name_of(callback), "mode": _mode(callback)}


def _mode(callback: Any) -> str:
    return "async" if is_async(callback) else "sync"


def name_of(callback: Any) -> str:
    """A view's dotted name."""
    view = _view(callback)
    module = getattr(view, "__module__", None) or type(view).__module__
    name = getattr(view, "__qualname__", None) or type(view).__qualname__
    return f"{module}.{name}"


def is_async(callback: Any) -> bool:
    return iscoroutinefunction(callback) or bool(getattr(_view(callback), "view_is_async", False))


def _view(callback: Any) -> Any:
    """The class of a class-based view, Django's or REST framework's; the function of a partial."""
    while isinstance(callback, functools.partial):
        callback = callback.func
    return getattr(callback, "view_class", None) or getattr(callback, "cls", None) or callback

"""Which views are not even tried: by their names they may change something, or belong to tools."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, pairwise

from betterworker.bench.project.facts import Url

_CHANGING = re.compile(
    r"logout|signout|delete|remove|destroy|drop|purge|flush|clear|reset|unsubscribe|subscribe|cancel"
    r"|deactivate|activate|disable|enable|send|resend|pay|checkout|charge|refund|run|trigger|execute|import"
    r"|migrate|restart|shutdown|kill|confirm|approve|reject|webhook|webhooks|hook|callback|impersonate|sync"
    r"|rebuild|reindex"
)
_TOOLS = frozenset(("admin", "djdt", "debug_toolbar", "silk", "hijack"))
_TOOL_PATHS = ("/admin/", "/django-admin/", "/__debug__/", "/silk/", "/__reload__/", "/jsi18n/")
_TOOL_VIEWS = ("django.contrib.admin.", "wagtail.")
_ARGUMENT = re.compile(r"<[^<>]+>")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


def may_change(url: Url) -> str | None:
    """Why a GET may do something; None where nothing in its names says so."""
    return _named(url.path or url.pattern, url.name, url.view.rpartition(".")[2])


def asked_may_change(path: str, urls: Sequence[Url]) -> str | None:
    """As :func:`may_change`, of what a visitor asked for: a page's own name in it is no view's."""
    before, _, query = path.partition("?")
    url = next((each for each in urls if before == each.path or _matches(each.pattern, before)), None)
    return (may_change(url) if url else _named(before)) or _named(query)


def _matches(pattern: str, path: str) -> bool:
    """``/books/<int:pk>/`` or a regular expression; whatever its arguments may be."""
    if "(" not in pattern:
        fixed = _ARGUMENT.split(pattern)
        kinds = (".+" if each.startswith("<path:") else "[^/]+" for each in _ARGUMENT.findall(pattern))
        pattern = "".join(chain(*zip(map(re.escape, fixed), chain(kinds, [""]), strict=True)))
    try:
        return re.fullmatch(pattern, path) is not None
    except re.error:
        return False


def _named(*texts: str) -> str | None:
    words = [word for text in texts for word in _words(text)]
    found = next((word for word in words if _CHANGING.fullmatch(word)), None)
    return f"by its name it may change something ({found})" if found else None


def _words(text: str) -> list[str]:
    """``LogOut`` is also one word: ``logout``."""
    words = [word.lower() for word in _WORD.findall(text)]
    return [*words, *(first + second for first, second in pairwise(words))]


def of_tools(url: Url, static_paths: Sequence[str]) -> bool:
    """The admin's, a toolbar's, files'."""
    path = url.path or url.pattern
    spaces = set(re.split(r"[:_]", url.namespace)) | {url.namespace}
    return bool(
        spaces & _TOOLS
        or url.view.startswith(_TOOL_VIEWS)
        or any(part in path for part in _TOOL_PATHS)
        or path.startswith(tuple(static_paths))
    )

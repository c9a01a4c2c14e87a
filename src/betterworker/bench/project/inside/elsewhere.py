"""Servers that other settings than databases, caches and mail point to: brokers, search engines, layers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

#: They are told of by themselves.
_KNOWN = ("DATABASES", "CACHES", "MAILERS")
#: Any address but of pages, which are mostly for browsers, and of logging's own objects.
_URL = re.compile(r"(?!(?:https?|ext|cfg):)[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_ANY_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_HOST = re.compile(r"(?:[^/@\s]*@)?[\w.-]+(?::\d+)?/?")
#: In a table: of hosts, with their ports or without; of addresses, those of pages too.
_OF_HOSTS = ("HOST", "HOSTS", "host", "hosts")
_OF_URLS = (*_OF_HOSTS, "URL", "LOCATION", "endpoint_url")
DEEPEST = 8


def elsewhere() -> Iterator[tuple[str, str]]:
    """The setting's name and the host; no passwords."""
    for name in dir(settings):
        if name.isupper() and name not in _KNOWN:
            yield from ((name, host) for host in _hosts(getattr(settings, name), "", DEEPEST))


def hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # a pattern, as of origins that are allowed
        return None


def _hosts(value: Any, key: Any, deep: int) -> Iterator[str]:
    """``key`` is what it has in the table that it is in, or a list of it."""
    if isinstance(value, str):
        yield from filter(None, [_host(value, key)])
    elif isinstance(value, dict) and deep:
        for inner, each in value.items():
            yield from _hosts(each, inner, deep - 1)
    elif isinstance(value, (list, tuple)) and deep:
        for each in value:
            yield from _hosts(each, key, deep - 1)


def _host(text: str, key: Any) -> str | None:
    if (_ANY_URL if key in _OF_URLS else _URL).match(text):
        return hostname(text)
    return hostname(f"//{text}") if key in _OF_HOSTS and _HOST.fullmatch(text) else None

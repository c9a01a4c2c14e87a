"""Which hooks of middleware do no I/O, so that the event loop may run them itself.

Known by exact class: a subclass may do anything. Each entry was read in Django's source (5.2 to 6.1); where a
hook does I/O for some requests alone, a function tells which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.module_loading import import_string

Hook = Literal["process_request", "process_view", "process_response"]
Free = Callable[[HttpRequest, Any], bool]
"""Whether a hook does no I/O for this request, and the response or view that it is given (None: neither)."""

_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
#: They load nothing before something is read. ``file`` looks for its folder at once.
_LAZY_SESSIONS = ("db", "cache", "cached_db", "signed_cookies")


def always(_request: HttpRequest, _given: Any) -> bool:
    return True


def _lazy_session(_request: HttpRequest, _given: Any) -> bool:
    package, _, name = settings.SESSION_ENGINE.rpartition(".")
    return package == "django.contrib.sessions.backends" and name in _LAZY_SESSIONS


def _session_is_not_saved(request: HttpRequest, response: HttpResponseBase) -> bool:
    session = getattr(request, "session", None)
    if session is None:
        return True
    if getattr(session, "modified", True) or settings.SESSION_SAVE_EVERY_REQUEST:
        return False
    return _lazy_session(request, response)


def _secret_is_in_the_cookie(_request: HttpRequest, _given: Any) -> bool:
    return not settings.CSRF_USE_SESSIONS


def _token_is_not_wanted(request: HttpRequest, view: Any) -> bool:
    """Otherwise it may be read from a form, and the view that refuses does what it likes."""
    return request.method in _SAFE or bool(getattr(view, "csrf_exempt", False))


def _messages_are_untouched(request: HttpRequest, _response: HttpResponseBase) -> bool:
    messages = getattr(request, "_messages", None)
    if messages is None:
        return True
    return not (getattr(messages, "used", True) or getattr(messages, "added_new", True))


def _own_message_storage(_request: HttpRequest, _given: Any) -> bool:
    return str(settings.MESSAGE_STORAGE).startswith("django.contrib.messages.storage.")


_ALWAYS: Mapping[Hook, Free] = {
    "process_request": always,
    "process_view": always,
    "process_response": always,
}

KNOWN: Mapping[str, Mapping[Hook, Free]] = {
    "django.middleware.security.SecurityMiddleware": _ALWAYS,
    "django.middleware.common.CommonMiddleware": _ALWAYS,
    "django.middleware.clickjacking.XFrameOptionsMiddleware": _ALWAYS,
    "django.middleware.http.ConditionalGetMiddleware": _ALWAYS,
    "django.contrib.auth.middleware.AuthenticationMiddleware": _ALWAYS,
    "django.contrib.sessions.middleware.SessionMiddleware": {
        "process_request": _lazy_session,
        "process_response": _session_is_not_saved,
    },
    "django.middleware.csrf.CsrfViewMiddleware": {
        "process_request": _secret_is_in_the_cookie,
        "process_view": _token_is_not_wanted,
        "process_response": _secret_is_in_the_cookie,
    },
    "django.contrib.messages.middleware.MessageMiddleware": {
        "process_request": _own_message_storage,
        "process_response": _messages_are_untouched,
    },
}


def free_hooks(middleware: object, also: Iterable[str]) -> Mapping[Hook, Free]:
    """Of an instance: hook -> when it is free of I/O. Empty for what is not known.

    ``also`` are dotted paths of classes of which the site's owner says so.
    """
    made_of = type(middleware)
    if made_of in _classes(tuple(also)):
        return _ALWAYS
    return KNOWN.get(f"{made_of.__module__}.{made_of.__qualname__}", {})


@lru_cache(maxsize=4)
def _classes(paths: tuple[str, ...]) -> frozenset[object]:
    return frozenset(import_string(path) for path in paths)

"""What in a project's settings is secret: told to who asks, over the pipe alone, so that it is masked."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote

from django.conf import global_settings, settings

from .known import WORDS
from .setting_up import is_own

#: What Django's error pages hide (SafeExceptionReporterFilter.hidden_settings), and what has another name.
_NAMED = re.compile(r"api|auth|token|key|secret|pass|pwd|signature|http_cookie|credential|dsn", re.IGNORECASE)
#: Names of secrets themselves: their values may be plain words.
_ITSELF = re.compile(
    r"(pass|passwd|password|passphrase|pwd|secret|token|key|signature|credential|cookie)(s|_fallbacks)?\d*$",
    re.IGNORECASE,
)
#: What only says something of a secret, or where one is.
_ABOUT = re.compile(
    r"(^|_)(algorithm|audience|backend|base|claim|class|classe|domain|endpoint|field|file|function|hasher|header"
    r"|host|id_attr|issuer|label|lifetime|map|method|model|name|path|port|prefix|region|scheme|scope|timeout|title"
    r"|type|uri|url|validator|version|(cache|foreign|primary|routing|session|sort|unique)_key)s?$",
    re.IGNORECASE,
)
#: A module's name, a URL's path, a few words: what a name such as API_… or AUTH_… may well have.
_PLAIN = re.compile(r"[ ,_./:-]*((v?\d{1,2}|[A-Za-z]{1,16})([ ,_./:-]+|$))+")
_DOTTED = re.compile(r"([A-Za-z_]\w*)(\.[A-Za-z_]\w*)+")
#: In texts of any name: of an address its password, and what is called so in a query or a list of options.
_ADDRESS = re.compile(r"://[^/\s@:]*:([^\s@]+)@")
_OPTION = re.compile(r"(?:pass|passwd|password|pwd|secret|token|key)=([^&;,\s\"'{}<>%$]{4,})", re.IGNORECASE)
#: Shorter ones are not masked; numbers of fewer figures are found everywhere.
LEAST, LEAST_FIGURES = 4, 6
DEEPEST = 10

_INHERITED = dict(os.environ)


def told(error: BaseException | None = None) -> list[str]:
    """Of the settings, or of what there was of them as ``error`` was raised; and of variables that the
    project itself has put into the environment, from a file of its own."""
    own = {name: text for name, text in os.environ.items() if _INHERITED.get(name) != text}
    found = [*of(own), *of(_settings())]
    for names in _left_behind(error):
        found.extend(of(names))
    return list(dict.fromkeys(found))


def _settings() -> Mapping[str, Any]:
    """All that differ from Django's own."""
    if not settings.configured:
        module = sys.modules.get(os.environ.get("DJANGO_SETTINGS_MODULE", ""))
        return _upper(vars(module)) if module else {}
    known = {}
    for name in filter(str.isupper, dir(settings)):
        # A setting may be a class's property.
        with suppress(Exception):
            value = getattr(settings, name)
            if value != getattr(global_settings, name, None):
                known[name] = value
    return known


def _left_behind(error: BaseException | None) -> Iterator[Mapping[str, Any]]:
    """A module that failed is no longer there; what it had set is still known to its calls."""
    while error is not None:
        trace = error.__traceback__
        while trace is not None:
            if is_own(trace.tb_frame.f_code.co_filename):
                yield _upper(trace.tb_frame.f_globals)
            trace = trace.tb_next
        error = error.__cause__ or error.__context__


def _upper(names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in names.items() if name.isupper()}


def of(named: Mapping[str, Any]) -> Iterator[str]:
    """By the names of settings, and of what is in them."""
    for name, value in named.items():
        yield from _found(name, value, hidden=False, depth=0)


def _found(name: str, value: Any, *, hidden: bool, depth: int) -> Iterator[str]:
    """``hidden``: what it is a part of is called like a secret."""
    hidden = (hidden or bool(_NAMED.search(name))) and not _ABOUT.search(name)
    for key, part in _parts(name, value) if depth < DEEPEST else ():
        yield from _found(key, part, hidden=hidden, depth=depth + 1)
    text = _text(value)
    for each in (*_ADDRESS.findall(text), *_OPTION.findall(text)):
        yield from filter(_counts, (each, unquote(each)))
    if hidden and _counts(text) and not _says_more(name, text):
        yield text


def _says_more(name: str, text: str) -> bool:
    """Whether it is no secret, but the name of a class or a path, or words beside one."""
    return _is_path(text) or bool(_PLAIN.fullmatch(text) and not _ITSELF.search(name))


def _parts(name: str, value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return [(str(key), part) for key, part in value.items()]
    return [(name, part) for part in value] if isinstance(value, (list, tuple, set, frozenset)) else []


def _text(value: Any) -> str:
    """Empty for what is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) >= 10 ** (LEAST_FIGURES - 1) else ""
    text = value.decode(errors="ignore") if isinstance(value, bytes) else value
    return text.encode(errors="ignore").decode() if isinstance(text, str) else ""


def _counts(text: str) -> bool:
    return len(text) >= LEAST and text.lower() not in WORDS


def _is_path(text: str) -> bool:
    """A dotted name of a module that is here, or of an app: ``auth.User``."""
    match = _DOTTED.fullmatch(text)
    if match is None:
        return False
    apps = getattr(settings, "INSTALLED_APPS", ()) if settings.configured else ()
    if match[1] in {str(app).rpartition(".")[2] for app in apps}:
        return True
    with suppress(ImportError, ValueError):
        return find_spec(match[1]) is not None
    return False

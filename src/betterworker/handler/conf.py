"""The setting ``BETTERWORKER``: a dictionary, of which every key may be left out."""

from __future__ import annotations

import difflib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

NAME = "BETTERWORKER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``max_threads`` for sync code in each process; one without work for ``idle_seconds`` ends.

    ``free_of_io`` are dotted paths of middleware classes whose hooks never wait for anything (no database,
    cache, file or network), so that the event loop may run them.
    """

    max_threads: int = 1000
    idle_seconds: float = 10.0
    free_of_io: tuple[str, ...] = ()


KEYS = {each.name.upper(): each.name for each in fields(Options)}


def options() -> Options:
    """Raises ImproperlyConfigured with all that is wrong."""
    asked = getattr(settings, NAME, {})
    wrong = list(problems(asked))
    if wrong:
        raise ImproperlyConfigured(" ".join(f"{NAME}: {each}" for each in wrong))
    known: dict[str, Any] = {
        KEYS[key]: tuple(value) if key == "FREE_OF_IO" else value for key, value in asked.items()
    }
    return Options(**known)


def problems(asked: object) -> Iterator[str]:
    """What is wrong with the setting, each with the way out; nothing, mostly."""
    if not isinstance(asked, Mapping):
        yield f"must be a dictionary, not {asked!r}."
        return
    for key, value in asked.items():
        yield from _CHECKS[key](value) if key in _CHECKS else _unknown(key)


def _unknown(key: object) -> Iterator[str]:
    near = difflib.get_close_matches(str(key).upper(), KEYS, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    yield f"there is no {key!r}.{meant} Known: {', '.join(sorted(KEYS))}."


def _max_threads(value: object) -> Iterator[str]:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        yield f"MAX_THREADS must be a whole number from 1 on, not {value!r}."


def _idle_seconds(value: object) -> Iterator[str]:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or value <= 0:
        yield f"IDLE_SECONDS must be a number over 0, not {value!r}."
    elif not value <= threading.TIMEOUT_MAX:  # as NaN is not
        yield f"IDLE_SECONDS must be at most {threading.TIMEOUT_MAX:.0f}, not {value!r}."


def _free_of_io(value: object) -> Iterator[str]:
    if isinstance(value, str) or not isinstance(value, (list, tuple, set, frozenset)):
        yield f"FREE_OF_IO must be a list of dotted paths, not {value!r}."
        return
    for path in value:
        try:
            found = import_string(path)
        except (ImportError, TypeError, AttributeError) as error:
            yield f"FREE_OF_IO has {path!r}, which cannot be imported: {error}."
        else:
            if not isinstance(found, type):
                yield f"FREE_OF_IO has {path!r}, which is no class."


_CHECKS: Mapping[Any, Any] = {
    "MAX_THREADS": _max_threads,
    "IDLE_SECONDS": _idle_seconds,
    "FREE_OF_IO": _free_of_io,
}

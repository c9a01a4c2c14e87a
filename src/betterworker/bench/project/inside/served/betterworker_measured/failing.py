"""Says in the server's log what a request raised, and where: Django's own LOGGING tells its admins alone.

A signal that is only sent where a request fails: one that does not costs nothing.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

#: Under load every request may fail. Of each kind of exception one is told in so many seconds.
EVERY_S = 0.1
#: Of a message its beginning and its end: libraries say first what they did, and last what they were told.
HALF = 100
_folder = f"{Path.cwd()}{os.sep}"
_told: dict[type, float] = {}


def listen() -> None:
    from django.core.signals import got_request_exception

    got_request_exception.connect(tell)


def tell(**_sent: Any) -> None:
    error = sys.exc_info()[1]
    now = time.monotonic()
    if error is None or now - _told.get(type(error), -EVERY_S) < EVERY_S:
        return
    _told[type(error)] = now
    # Whatever is raised here would be raised into the project.
    with contextlib.suppress(Exception):
        sys.stderr.write(f"{line(error)}\n")
        sys.stderr.flush()


def line(error: BaseException) -> str:
    """As a traceback ends, with the place: ``shop.errors.Broken: no book (shop/views.py:12 in books)``."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    message = " ".join(str(error).split())
    if len(message) > 2 * HALF:
        message = f"{message[:HALF]} … {message[-HALF:]}"
    return f"{name}: {message}{place(error)}"


def place(error: BaseException) -> str:
    """The innermost call of the project's; of its packages' where it has none in it."""
    called = [
        (frame.f_code.co_filename, number, frame.f_code.co_name)
        for frame, number in traceback.walk_tb(error.__traceback__)
    ]
    own = [each for each in called if each[0].startswith(_folder) and "-packages" not in each[0]]
    if not called:
        return ""
    file, number, name = (own or called)[-1]
    shown = file[len(_folder) :] if own else file
    return f" ({shown}:{number} in {name})"

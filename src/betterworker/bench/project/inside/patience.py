"""Work that may never end, in a thread that is left behind then."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T]) -> T:
    """Raises what the work raises, and TimeoutError."""
    done: list[T] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again, in the thread that waits
            raised.append(error)
        finally:
            # Connections are a thread's own.
            connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if raised:
        raise raised[0]
    if not done:
        raise TimeoutError(f"no answer within {seconds:g} s")
    return done[0]

"""What a thread came to, for who waits for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any


def settle(future: Future[Any], work: Callable[[], Any]) -> None:
    """Do the work, unless nobody waits for it any more."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - it belongs to who waits for it
        future.set_exception(error)
        # The error knows this frame: it must not hold the future, which holds the error.
        del future
    else:
        future.set_result(result)

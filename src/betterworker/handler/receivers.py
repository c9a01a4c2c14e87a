"""Who is told of a request's beginning and end. Mostly Django itself; then telling it is a few calls."""

from __future__ import annotations

from typing import Any

from django.core import signals
from django.core.cache import close_caches
from django.core.handlers.base import reset_urlconf
from django.db import close_old_connections, reset_queries
from django.dispatch import Signal

#: Bound to threads: of no use on an event loop, which has no database connection. A slot does both.
AT_START = frozenset({reset_queries, close_old_connections})
AT_END = frozenset({reset_urlconf, close_old_connections, close_caches})


class Known:
    """The receivers of a signal, where all of them are among ``known``.

    Asked for by every request, twice, and looked up where they have changed.
    """

    def __init__(self, signal: Signal, sender: type, known: frozenset[Any]) -> None:
        self._signal = signal
        self._sender = sender
        self._known = known
        self._seen: list[Any] | None = None
        self._answer: tuple[Any, ...] | None = None

    def __call__(self) -> tuple[Any, ...] | None:
        """None: others are told too."""
        if self._signal.receivers != self._seen:
            seen = list(self._signal.receivers)
            sync, asynchronous = self._signal._live_receivers(self._sender)
            only_known = not asynchronous and self._known.issuperset(sync)
            # In this order: another thread that finds the list unchanged has the answer to it.
            self._answer = tuple(sync) if only_known else None
            self._seen = seen
        return self._answer

    def send(self, **named: Any) -> None:
        """As the signal does it."""
        receivers = self()
        if receivers is None:
            self._signal.send(sender=self._sender, **named)
        else:
            for each in receivers:
                each(sender=self._sender)


def tidy() -> None:
    """What ``request_started`` does for a thread; tools may have unhooked some of it."""
    sync, _ = signals.request_started._live_receivers(None)
    for each in sync:
        if each in AT_START:
            each()

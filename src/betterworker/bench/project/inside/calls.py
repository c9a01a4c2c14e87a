"""Calls of a request to other machines, by any library that has Python's sockets: told, and not made."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from .here import is_here, strangers

#: The hosts that the request of this context has called; None where nobody watches. What runs beside
#: requests, as a thread that reports errors, has a context of its own.
_called: ContextVar[list[str] | None] = ContextVar("called", default=None)
_ANYWHERE_HERE = ("0.0.0.0", "::")


class Elsewhere(ConnectionRefusedError):
    """What a library expects of a host that does not answer."""


@contextmanager
def watched(called: list[str] | None) -> Iterator[None]:
    """What is called meanwhile goes into the list."""
    token = _called.set(called)
    try:
        yield
    finally:
        _called.reset(token)


def refuse(hosts: Collection[str]) -> None:
    """In this process, from now on, where somebody watches: it cannot be taken back. Those ``hosts`` may be
    called."""
    connect = BaseDatabaseWrapper.connect
    addresses: list[str] = []

    def may(host: str) -> bool:
        if is_here(host) or host in _ANYWHERE_HERE or not strangers(host, hosts):
            return True
        if not addresses:
            with watched(None):
                addresses.extend(
                    (socket.gethostname(), *(each for name in hosts for each in _addresses(name)))
                )
        return host in addresses

    def hook(event: str, args: tuple[Any, ...]) -> None:
        called = _called.get() if event in _HOSTS else None
        host = _HOSTS[event](*args) if called is not None else None
        if called is None or host is None or may(host):
            return
        called.append(host)
        raise Elsewhere(f"{host} is another machine, and was not connected to")

    def unwatched(database: BaseDatabaseWrapper) -> None:
        # Which of them may be connected to is the guard's to say, by their names.
        with watched(None):
            connect(database)

    BaseDatabaseWrapper.connect = unwatched  # type: ignore[method-assign, assignment]
    sys.addaudithook(hook)


def _addresses(name: str) -> Iterator[str]:
    try:
        for each in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM):
            yield str(each[4][0])
    except (OSError, UnicodeError):
        return


def _connected(client: socket.socket, address: Any) -> str | None:
    """None of a datagram's, which waits for nobody."""
    if client.type != socket.SOCK_STREAM or client.family not in (socket.AF_INET, socket.AF_INET6):
        return None
    return str(address[0])


def _looked_up(host: Any, _port: Any, _family: int, kind: int, *_: Any) -> str | None:
    if kind == socket.SOCK_DGRAM:
        return None
    return host.decode("ascii", "replace") if isinstance(host, bytes) else host


_HOSTS: dict[str, Callable[..., str | None]] = {
    "socket.connect": _connected,
    "socket.getaddrinfo": _looked_up,
}

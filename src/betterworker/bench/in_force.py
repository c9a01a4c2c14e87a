"""The terms a live server runs on, read back from outside: what it was asked for may have no effect."""

from __future__ import annotations

import http.client
import socket
import sys
from collections.abc import Collection

from betterworker.bench import meter, probe
from betterworker.bench.model import ServerTerms

TIMEOUT_S = 2.0
_TCP_LISTEN = 1 << 10


def terms(host: str, port: int, path: str, pids: Collection[int], root: int) -> ServerTerms:
    """Of a server that is ready, whose tree lies below ``root``. Takes milliseconds, raises nothing."""
    return ServerTerms(
        processes=len(pids) or None,
        threads=meter.read(root, memory=False).threads or None,
        backlog=backlog(port),
        # Some servers close a connection after an error: of one without a right answer nothing can be said.
        keep_alive=keep_alive(host, port, path) if pids else None,
    )


def backlog(port: int) -> int | None:
    """The smallest accept queue of the IPv4 sockets that listen on a port; None where it cannot be read.

    Linux tells it by netlink's sock_diag, as ``ss -ltn`` shows it: already cut to ``somaxconn``.
    """
    if sys.platform != "linux":
        return None
    try:
        from pyroute2 import DiagSocket, NetlinkError
    except ImportError:
        return None
    try:
        with DiagSocket() as diag:
            found = tuple(diag.get_sock_stats(family=socket.AF_INET, states=_TCP_LISTEN))
    except (OSError, NetlinkError):
        return None
    return min((int(each["idiag_wqueue"]) for each in found if each["idiag_sport"] == port), default=None)


def keep_alive(host: str, port: int, path: str) -> bool | None:
    """Whether a second request on the same connection is answered; None when not even the first one was."""
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    try:
        _get(connection, path)
    except probe.UNANSWERED:
        connection.close()
        return None
    try:
        # http.client has closed its end, and would silently open another, when the answer said "close".
        return connection.sock is not None and _get(connection, path)
    except probe.UNANSWERED:
        return False
    finally:
        connection.close()


def _get(connection: http.client.HTTPConnection, path: str) -> bool:
    connection.request("GET", path)
    connection.getresponse().read()
    return True

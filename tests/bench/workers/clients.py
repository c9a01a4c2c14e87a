"""Clients as the contract suite needs them: some stay, some leave in the middle, some are cut off."""

from __future__ import annotations

import contextlib
import http.client
import socket
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from betterworker.bench.workbench import HOST
from tests.bench.waiting import until
from tests.patience import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

_ESTABLISHED, _LISTEN = "01", "0A"
_RESET = struct.pack("ii", 1, 0)


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()


def half_an_upload(path: str) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    return f"{head}Content-Length: 1000000\r\n\r\n--x\r\n".encode() + bytes(100_000)


def leave(port: int, sent: bytes, *, after: int = 0, reset: bool = False) -> None:
    """Send, read ``after`` bytes of the answer, and go: in order, or with a reset."""
    with contextlib.suppress(ConnectionError), socket.create_connection((HOST, port), PATIENCE_S) as client:
        client.sendall(sent)
        if after:
            client.recv(after)
        if reset:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


@contextlib.contextmanager
def kept(port: int, path: str, count: int) -> Iterator[int]:
    """So many connections, each used once and left open; gives how many the server keeps as well."""
    connections = [http.client.HTTPConnection(HOST, port, timeout=PATIENCE_S) for _ in range(count)]
    try:
        for connection in connections:
            connection.request("GET", path)
            connection.getresponse().read()
        yield sum(map(_usable, connections))
    finally:
        for connection in connections:
            connection.close()


def _usable(connection: http.client.HTTPConnection) -> bool:
    """``sock`` is None when the answer said that it was the last one."""
    if connection.sock is None:
        return False
    connection.sock.setblocking(False)
    try:
        return connection.sock.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


def sent(port: int, path: str, count: int) -> list[socket.socket]:
    """So many requests whose bytes the server has read."""
    clients = [socket.create_connection((HOST, port), PATIENCE_S) for _ in range(count)]
    for client in clients:
        client.sendall(get(path))
    until(lambda: _unread(port) == 0)
    return clients


def _unread(port: int) -> int:
    """Connections that were not accepted, and bytes that were not read, of a server on a port (Linux)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return sum(
        int(row[4].partition(":")[2], 16)
        for row in rows
        if row[1].endswith(f":{port:04X}") and row[3] in (_ESTABLISHED, _LISTEN)
    )


def statuses(clients: list[socket.socket]) -> list[int | None]:
    """The status of each whole answer; None where there was none."""
    return [_status(client) for client in clients]


def _status(client: socket.socket) -> int | None:
    with client:
        answer = http.client.HTTPResponse(client)
        try:
            answer.begin()
            answer.read()
        except (OSError, http.client.HTTPException):
            return None
        return answer.status

"""Single requests to a server under test: is it ready, is its answer right, is it at rest."""

from __future__ import annotations

import http.client
import random
import socket
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from betterworker.bench.model import GET, Reply, Request

SERVER_PORTS = range(20_000, 32_000)

#: What a request can fail with when a server is not there, not ready, or not speaking HTTP.
UNANSWERED = (OSError, http.client.HTTPException)


def get(host: str, port: int, path: str, timeout_s: float, request: Request = GET) -> Reply:
    """One request on a connection of its own. Raises one of UNANSWERED."""
    return get_all(host, port, path, 1, timeout_s, request)[0]


def get_all(
    host: str, port: int, path: str, count: int, timeout_s: float, request: Request = GET
) -> list[Reply]:
    """``count`` requests under way at once, so that a shared listener hands them to different processes.

    Each is read as it comes: a server that writes a long answer may serve no other before it is read.
    """
    connections = [http.client.HTTPConnection(host, port, timeout=timeout_s) for _ in range(count)]
    try:
        for connection in connections:
            connection.connect()
        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(partial(_ask, path=path, request=request), connections))
    finally:
        for connection in connections:
            connection.close()


def _ask(connection: http.client.HTTPConnection, path: str, request: Request) -> Reply:
    headers = {**dict(request.headers), "Connection": "close"}
    connection.request(request.method, path, body=request.body or None, headers=headers)
    response = connection.getresponse()
    return Reply(status=response.status, headers=folded(response.getheaders()), body=response.read())


def folded(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Header fields by their name in small letters; several of one name (``Set-Cookie``) as lines."""
    headers: dict[str, str] = {}
    for name, value in fields:
        key = name.lower()
        headers[key] = f"{headers[key]}\n{value}" if key in headers else value
    return headers


def is_free(host: str, port: int) -> bool:
    """Whether nothing listens there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except OSError:
            return False
        return True


def free_port(host: str = "127.0.0.1", avoid: Collection[int] = ()) -> int:
    """A port that nothing listens on now, and none of ``avoid`` (given to servers that do not listen yet).

    Below the usual ephemeral range, or one of the load's own connections could be given the port between
    this call and the server's.
    """
    for port in random.sample(SERVER_PORTS, k=100):
        if port not in avoid and is_free(host, port):
            return port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
        attempt.bind((host, 0))
        return int(attempt.getsockname()[1])


def wait_listening(host: str, port: int, timeout_s: float, alive: Callable[[], bool] = lambda: True) -> bool:
    """Whether something accepts connections there within the time, and while who should is alive."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline and alive():
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
            attempt.settimeout(0.2)
            if attempt.connect_ex((host, port)) == 0:
                return True
        time.sleep(0.01)
    return False

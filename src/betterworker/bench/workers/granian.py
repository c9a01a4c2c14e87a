"""granian, a server in Rust: WSGI on a pool of threads, ASGI on three event loops, on one the handler too.

https://github.com/emmett-framework/granian
"""

from __future__ import annotations

from collections.abc import Callable

from betterworker.bench.model import Feature, Launch, Worker


def _granian(launch: Launch, interface: str, *rest: str) -> tuple[str, ...]:
    return (
        launch.python,
        "-m",
        "granian",
        "--interface",
        interface,
        "--host",
        launch.host,
        "--port",
        str(launch.port),
        "--workers",
        str(launch.processes),
        "--backlog",
        str(launch.backlog),
        "--backpressure",
        str(launch.concurrency),
        *rest,
    )


# Measured with granian 2.8 and 2,000 connections on a view that sleeps 1 s: 1,000 threads give 1,000 RPS,
# 1,032 leave most requests without an answer, 1,500 and more give none.
MOST_THREADS = 1000


def threads(launch: Launch) -> int:
    return min(launch.threads, MOST_THREADS)


def wsgi_command(launch: Launch) -> tuple[str, ...]:
    return _granian(launch, "wsgi", "--blocking-threads", str(threads(launch)), launch.wsgi)


def wsgi_1_command(launch: Launch) -> tuple[str, ...]:
    return _granian(launch, "wsgi", "--blocking-threads", "1", launch.wsgi)


def asgi_command(loop: str, *, better: bool) -> Callable[[Launch], tuple[str, ...]]:
    """The command line on one of granian's event loops, with stock Django or with the handler."""

    def on_loop(launch: Launch) -> tuple[str, ...]:
        return _granian(launch, "asginl", "--loop", loop, launch.better if better else launch.asgi)

    return on_loop


_SOCKETS = "each process has a listening socket of its own, so few connections spread unevenly"
_NO_TIME = "keep-alive has no time limit"
_BOTH: dict[Feature, str] = {"http2": "over TLS and in clear", "reload": "SIGHUP: a process every 3.5 s"}
_LOOPS = "a new event loop for each request"

WSGI = Worker(
    name="granian-wsgi",
    interface="wsgi",
    distributions=("granian",),
    command=wsgi_command,
    server_header="granian",
    about="granian serving WSGI on threads",
    supports={"async": _LOOPS, **_BOTH},
    unequal=(
        f"at most {MOST_THREADS:,} threads a process, past which it stops answering",
        _SOCKETS,
        _NO_TIME,
    ),
    threads=threads,
    reloads_from=1,
)

WSGI_1 = Worker(
    name="granian-wsgi-1",
    interface="wsgi",
    distributions=("granian",),
    command=wsgi_1_command,
    server_header="granian",
    about="granian serving WSGI on one thread a process",
    supports={"async": _LOOPS, **_BOTH},
    unequal=("one thread, so one request at a time in each process", _SOCKETS, _NO_TIME),
    threads=lambda _launch: 1,
    reloads_from=1,
)


def _asgi(name: str, loop: str, about: str, *extra: str, better: bool = False) -> Worker:
    return Worker(
        name=name,
        interface="asgi",
        distributions=("granian", *extra),
        command=asgi_command(loop, better=better),
        server_header="granian",
        about=about,
        supports={"async": "natively", "websocket": "natively", **_BOTH},
        unequal=(_SOCKETS, _NO_TIME),
        reloads_from=1,
    )


ASGI_ASYNCIO = _asgi("granian-asgi-asyncio", "asyncio", "granian serving ASGI on asyncio's own loop")
ASGI = _asgi("granian-asgi", "uvloop", "granian serving ASGI on uvloop", "uvloop")
ASGI_RLOOP = _asgi("granian-asgi-rloop", "rloop", "granian serving ASGI on rloop, a loop in Rust", "rloop")
BETTER = _asgi(
    "betterworker-granian", "uvloop", "betterworker's handler on granian, on uvloop", "uvloop", better=True
)

"""granian, a server in Rust: WSGI on a pool of threads, ASGI on uvloop. https://github.com/emmett-framework/granian"""

from __future__ import annotations

from betterworker.bench.model import Launch, Worker


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


def wsgi_command(launch: Launch) -> tuple[str, ...]:
    threads = ("--blocking-threads", str(min(launch.concurrency, MOST_THREADS)))
    return _granian(launch, "wsgi", *threads, launch.wsgi)


def asgi_command(launch: Launch) -> tuple[str, ...]:
    return _granian(launch, "asginl", "--loop", "uvloop", launch.asgi)


WSGI = Worker(
    name="granian-wsgi",
    interface="wsgi",
    distributions=("granian",),
    command=wsgi_command,
    server_header="granian",
    about="granian serving WSGI on threads",
    unequal=(
        f"at most {MOST_THREADS:,} threads a process, past which it stops answering",
        "each process has a listening socket of its own, so few connections spread unevenly",
    ),
)

ASGI = Worker(
    name="granian-asgi",
    interface="asgi",
    distributions=("granian", "uvloop"),
    command=asgi_command,
    server_header="granian",
    about="granian serving ASGI on uvloop",
    unequal=("each process has a listening socket of its own, so few connections spread unevenly",),
)

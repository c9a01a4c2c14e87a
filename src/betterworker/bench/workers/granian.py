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


def wsgi_command(launch: Launch) -> tuple[str, ...]:
    threads = ("--blocking-threads", str(launch.concurrency))
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
    unequal=("each process has a listening socket of its own, so few connections spread unevenly",),
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

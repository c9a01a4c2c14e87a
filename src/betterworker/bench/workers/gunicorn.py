"""gunicorn: WSGI on processes, threads and greenlets, ASGI by its own and by uvicorn's worker class.

Not on tornado: that worker calls the application inside a running event loop, where Django's database
raises SynchronousOnlyOperation (gunicorn 27, tornado 6.6).

https://gunicorn.org/reference/settings/
"""

from __future__ import annotations

import re

from betterworker.bench.model import Feature, Launch, Worker

CONTROL_SOCKET_SINCE = (25, 1)


def _gunicorn(launch: Launch, worker_class: str, *rest: str) -> tuple[str, ...]:
    return (
        launch.python,
        "-m",
        "gunicorn",
        "--bind",
        f"{launch.host}:{launch.port}",
        "--workers",
        str(launch.processes),
        "--worker-class",
        worker_class,
        "--backlog",
        str(launch.backlog),
        "--keep-alive",
        str(launch.keep_alive_s),
        *_no_control_socket(launch),
        *_no_file(launch),
        *rest,
    )


def _no_control_socket(launch: Launch) -> tuple[str, ...]:
    """It has one path in the user's home for every gunicorn there: the last to start would take it."""
    has_one = _version(launch) >= CONTROL_SOCKET_SINCE
    return ("--no-control-socket",) if has_one else ()


def _no_file(launch: Launch) -> tuple[str, ...]:
    """A module without settings, in the place of gunicorn.conf.py: no option says "none"."""
    return ("--config", "python:__future__") if launch.own_files else ()


def _version(launch: Launch) -> tuple[int, ...]:
    numbers = re.match(r"(\d+)\.(\d+)", launch.versions.get("gunicorn", ""))
    return tuple(map(int, numbers.groups())) if numbers else CONTROL_SOCKET_SINCE


def _connections(launch: Launch) -> tuple[str, ...]:
    return ("--worker-connections", str(launch.concurrency))


def sync_command(launch: Launch) -> tuple[str, ...]:
    return _gunicorn(launch, "sync", launch.wsgi)


def gthread_command(launch: Launch) -> tuple[str, ...]:
    threads = ("--threads", str(launch.threads))
    return _gunicorn(launch, "gthread", *threads, *_connections(launch), launch.wsgi)


def gevent_command(launch: Launch) -> tuple[str, ...]:
    return _gunicorn(launch, "gevent", *_connections(launch), launch.wsgi)


def uvicorn_command(launch: Launch) -> tuple[str, ...]:
    return _gunicorn(launch, "uvicorn_worker.UvicornWorker", launch.asgi)


def asgi_command(launch: Launch) -> tuple[str, ...]:
    options = ("--asgi-loop", "uvloop", "--asgi-lifespan", "off", *_connections(launch))
    return _gunicorn(launch, "asgi", *options, launch.asgi)


_LOOPS = "a new event loop for each request"
_HTTP2 = "over TLS and in clear, with h2 installed"
_RELOAD: dict[Feature, str] = {"reload": "SIGHUP"}

SYNC = Worker(
    name="gunicorn-sync",
    interface="wsgi",
    distributions=("gunicorn", "packaging"),
    command=sync_command,
    server_header="gunicorn",
    about="gunicorn, one request at a time in each process",
    supports={"async": _LOOPS, **_RELOAD},
    unequal=(
        "no keep-alive: every connection is closed after its answer",
        "one request at a time in each process",
    ),
    reloads_from=1,
)

GTHREAD = Worker(
    name="gunicorn-gthread",
    interface="wsgi",
    distributions=("gunicorn", "packaging"),
    command=gthread_command,
    server_header="gunicorn",
    about="gunicorn with threads",
    supports={"async": _LOOPS, "http2": _HTTP2, **_RELOAD},
    threads=lambda launch: launch.threads,
    reloads_from=1,
)

GEVENT = Worker(
    name="gunicorn-gevent",
    interface="wsgi",
    distributions=("gunicorn", "gevent", "packaging"),
    command=gevent_command,
    server_header="gunicorn",
    about="gunicorn with cooperative greenlets",
    cannot={"async": "Django cannot start an event loop inside a greenlet's thread"},
    supports={"http2": _HTTP2, **_RELOAD},
    reloads_from=1,
)

UVICORN = Worker(
    name="gunicorn-uvicorn",
    interface="asgi",
    distributions=("gunicorn", "uvicorn", "uvicorn-worker", "uvloop", "httptools"),
    command=uvicorn_command,
    server_header="uvicorn",
    about="gunicorn managing uvicorn's workers (the article's uvicorn)",
    supports={"async": "natively", "websocket": "with websockets or wsproto installed", **_RELOAD},
    unequal=("lifespan is tried at start (auto), not off",),
    reloads_from=1,
)

ASGI = Worker(
    name="gunicorn-asgi",
    interface="asgi",
    distributions=("gunicorn", "packaging", "uvloop"),
    command=asgi_command,
    server_header="gunicorn",
    about="gunicorn's own ASGI worker, on uvloop",
    supports={"async": "natively", "websocket": "natively", "http2": _HTTP2, **_RELOAD},
    unequal=("the backlog stays 100, whatever --backlog says",),
    reloads_from=1,
)

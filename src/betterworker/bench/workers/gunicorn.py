"""gunicorn: WSGI with gevent, and ASGI with uvicorn's worker class. https://docs.gunicorn.org/"""

from __future__ import annotations

from betterworker.bench.model import Launch, Worker


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
        *rest,
    )


def gevent_command(launch: Launch) -> tuple[str, ...]:
    limit = ("--worker-connections", str(launch.concurrency))
    return _gunicorn(launch, "gevent", *limit, launch.wsgi)


def uvicorn_command(launch: Launch) -> tuple[str, ...]:
    return _gunicorn(launch, "uvicorn_worker.UvicornWorker", launch.asgi)


GEVENT = Worker(
    name="gunicorn-gevent",
    interface="wsgi",
    distributions=("gunicorn", "gevent", "packaging"),
    command=gevent_command,
    server_header="gunicorn",
    about="gunicorn with cooperative greenlets",
    cannot={"async": "Django cannot start an event loop inside a greenlet's thread"},
)

UVICORN = Worker(
    name="gunicorn-uvicorn",
    interface="asgi",
    distributions=("gunicorn", "uvicorn", "uvicorn-worker", "uvloop", "httptools"),
    command=uvicorn_command,
    server_header="uvicorn",
    about="gunicorn managing uvicorn's workers (the article's uvicorn)",
    unequal=("lifespan is tried at start (auto), not off",),
)

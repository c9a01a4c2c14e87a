"""uvicorn on uvloop and httptools. https://www.uvicorn.org/settings/"""

from __future__ import annotations

from betterworker.bench.model import Launch, Worker


def command(launch: Launch) -> tuple[str, ...]:
    return (
        launch.python,
        "-m",
        "uvicorn",
        "--host",
        launch.host,
        "--port",
        str(launch.port),
        "--workers",
        str(launch.processes),
        "--loop",
        "uvloop",
        "--http",
        "httptools",
        "--lifespan",
        "off",
        "--no-access-log",
        "--backlog",
        str(launch.backlog),
        "--timeout-keep-alive",
        str(launch.keep_alive_s),
        launch.asgi,
    )


UVICORN = Worker(
    name="uvicorn",
    interface="asgi",
    distributions=("uvicorn", "uvloop", "httptools"),
    command=command,
    server_header="uvicorn",
    about="uvicorn by itself, on uvloop and httptools",
    unequal=("with several processes, the parent kills one that is silent for 5 s",),
)

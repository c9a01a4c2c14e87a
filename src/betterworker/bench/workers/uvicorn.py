"""uvicorn on httptools, with uvloop and with asyncio's own loop; and the handler on the former.

https://www.uvicorn.org/settings/
"""

from __future__ import annotations

from collections.abc import Callable

from betterworker.bench.model import Launch, Worker


def command(loop: str, *, better: bool) -> Callable[[Launch], tuple[str, ...]]:
    """The command line on one of uvicorn's event loops, with stock Django or with the handler."""

    def on_loop(launch: Launch) -> tuple[str, ...]:
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
            loop,
            "--http",
            "httptools",
            "--lifespan",
            "off",
            "--no-access-log",
            "--backlog",
            str(launch.backlog),
            "--timeout-keep-alive",
            str(launch.keep_alive_s),
            launch.better if better else launch.asgi,
        )

    return on_loop


def _uvicorn(name: str, loop: str, about: str, *extra: str, better: bool = False) -> Worker:
    return Worker(
        name=name,
        interface="asgi",
        distributions=("uvicorn", *extra, "httptools"),
        command=command(loop, better=better),
        server_header="uvicorn",
        about=about,
        supports={
            "async": "natively",
            "websocket": "with websockets or wsproto installed",
            "reload": "SIGHUP, with several processes",
        },
        unequal=("with several processes, the parent kills one that is silent for 5 s",),
        # A single process has no parent: it ends.
        reloads_from=2,
    )


UVICORN = _uvicorn("uvicorn", "uvloop", "uvicorn by itself, on uvloop and httptools", "uvloop")
ASYNCIO = _uvicorn("uvicorn-asyncio", "asyncio", "uvicorn by itself, on asyncio's own loop and httptools")
BETTER = _uvicorn(
    "betterworker-uvicorn",
    "uvloop",
    "betterworker's handler on uvicorn, on uvloop and httptools",
    "uvloop",
    better=True,
)

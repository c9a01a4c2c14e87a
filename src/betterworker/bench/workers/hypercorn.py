"""hypercorn on asyncio, uvloop and trio, and the handler on trio.

https://hypercorn.readthedocs.io/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from betterworker.bench.model import Feature, Launch, Mode, Worker


def command(kind: str, *, better: bool) -> Callable[[Launch], tuple[str, ...]]:
    """The command line on one of hypercorn's worker classes, with stock Django or with the handler."""

    def on_kind(launch: Launch) -> tuple[str, ...]:
        return (
            launch.python,
            "-m",
            "hypercorn",
            "--bind",
            f"{launch.host}:{launch.port}",
            "--workers",
            str(launch.processes),
            "--worker-class",
            kind,
            "--backlog",
            str(launch.backlog),
            "--keep-alive",
            str(launch.keep_alive_s),
            launch.better if better else launch.asgi,
        )

    return on_kind


_SUPPORTS: Mapping[Feature, str] = {
    "websocket": "natively",
    "http2": "over TLS and in clear",
    "reload": "SIGHUP: all processes at once, connections wait meanwhile",
}


def _hypercorn(
    kind: str, *extra: str, cannot: Mapping[Mode, str] | None = None, better: bool = False
) -> Worker:
    stock = f"hypercorn-{kind}"
    runs_async = "on an asyncio loop in a thread of its own" if better else "natively"
    return Worker(
        name=f"betterworker-{stock}" if better else stock,
        interface="asgi",
        distributions=("hypercorn", *extra),
        command=command(kind, better=better),
        server_header="hypercorn",
        about=f"betterworker's handler on hypercorn, on {kind}" if better else f"hypercorn on {kind}",
        cannot=cannot or {},
        supports={**_SUPPORTS, "async": runs_async} if cannot is None else _SUPPORTS,
        unequal=(
            "a connection is closed after 1,000 requests",
            "lifespan is tried at start (auto), not off",
        ),
        loses="the first of its processes that has ended takes the others with it, whatever they are at",
        reloads_from=1,
    )


_NO_LOOP = "stock Django needs a running asyncio event loop"
ASYNCIO = _hypercorn("asyncio")
UVLOOP = _hypercorn("uvloop", "uvloop")
TRIO = _hypercorn("trio", "trio", cannot={"sync": _NO_LOOP, "async": _NO_LOOP})
BETTER_TRIO = _hypercorn("trio", "trio", better=True)

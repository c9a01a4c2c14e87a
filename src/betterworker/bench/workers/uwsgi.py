"""uWSGI, from the wheels of pyuwsgi, behind its own HTTP router. https://uwsgi-docs.readthedocs.io/

Its workers can speak HTTP themselves, but with --http-socket they close every connection, and with
--http11-socket a connection that is kept holds its thread, and a streamed answer ends 4 s late (2.0.30).
"""

from __future__ import annotations

from pathlib import Path

from betterworker.bench.model import Launch, Worker

# By default SIGTERM reloads; --die-on-term would kill what is under way.
_GRACEFUL = "unix_signal:15 gracefully_kill_them_all"


def command(launch: Launch) -> tuple[str, ...]:
    return (
        # pyuwsgi is an extension module, which no python -m can run: its script lies beside the interpreter.
        str(Path(launch.python).with_name("pyuwsgi")),
        "--http",
        f"{launch.host}:{launch.port}",
        f"--http-keepalive={launch.keep_alive_s}",
        "--http-auto-chunked",
        "--module",
        launch.wsgi,
        "--master",
        "--processes",
        str(launch.processes),
        "--threads",
        str(launch.threads),
        "--enable-threads",
        "--lazy-apps",
        "--need-app",
        "--hook-master-start",
        _GRACEFUL,
        "--disable-logging",
        "--listen",
        str(launch.backlog),
    )


UWSGI = Worker(
    name="uwsgi",
    interface="wsgi",
    distributions=("pyuwsgi",),
    command=command,
    server_header="",
    about="uWSGI with threads, behind its own HTTP router",
    supports={"async": "a new event loop for each request"},
    unequal=(
        "a process more: its router, which holds the connections",
        "does not start with a backlog over net.core.somaxconn, where others get less than they asked for",
    ),
    threads=lambda launch: launch.threads,
)

"""cheroot, CherryPy's WSGI server. https://cheroot.cherrypy.dev/"""

from __future__ import annotations

from betterworker.bench.model import Launch, Worker


def command(launch: Launch) -> tuple[str, ...]:
    return (
        launch.python,
        "-m",
        "cheroot",
        "--bind",
        f"{launch.host}:{launch.port}",
        "--threads",
        str(launch.threads),
        "--max-threads",
        str(launch.threads),
        "--request-queue-size",
        str(launch.backlog),
        "--timeout",
        str(launch.keep_alive_s),
        launch.wsgi,
    )


CHEROOT = Worker(
    name="cheroot",
    interface="wsgi",
    distributions=("cheroot",),
    command=command,
    server_header="cheroot",
    about="cheroot, CherryPy's server of threads",
    supports={"async": "a new event loop for each request"},
    unequal=(
        "one process, whatever is asked for",
        "at most 10 idle connections are kept, others are closed after their answer",
    ),
    most_processes=1,
    threads=lambda launch: launch.threads,
    loses="SIGTERM ends it at once",
)

"""waitress, a WSGI server in pure Python. https://docs.pylonsproject.org/projects/waitress/"""

from __future__ import annotations

from betterworker.bench.model import Launch, Worker


def command(launch: Launch) -> tuple[str, ...]:
    return (
        launch.python,
        "-m",
        "waitress",
        f"--listen={launch.host}:{launch.port}",
        f"--threads={launch.threads}",
        f"--connection-limit={launch.concurrency}",
        f"--backlog={launch.backlog}",
        f"--channel-timeout={launch.keep_alive_s}",
        # select(), its default, fails past descriptor 1023.
        "--asyncore-use-poll",
        launch.wsgi,
    )


WAITRESS = Worker(
    name="waitress",
    interface="wsgi",
    distributions=("waitress",),
    command=command,
    server_header="waitress",
    about="waitress, threads in pure Python",
    supports={"async": "a new event loop for each request"},
    unequal=("one process, whatever is asked for",),
    most_processes=1,
    threads=lambda launch: launch.threads,
    loses="SIGTERM ends it at once",
)

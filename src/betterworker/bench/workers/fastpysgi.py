"""fastpysgi, a server in C on libuv, one thread a process. https://github.com/remittor/fastpysgi"""

from __future__ import annotations

from betterworker.bench.model import Launch, Worker

# Its own command line knows neither processes nor the backlog. Bodies past max_content_length are refused,
# by default from 10 MB, which the other servers leave to Django.
_SERVE = "; ".join(
    (
        "import sys, fastpysgi",
        "host, port, processes, backlog, path = sys.argv[1:]",
        "fastpysgi.server.backlog = int(backlog)",
        "fastpysgi.server.max_content_length = 1 << 30",
        "app = fastpysgi.import_from_string(path)",
        "fastpysgi.run(app, host, int(port), workers=int(processes))",
    )
)


def command(launch: Launch) -> tuple[str, ...]:
    asked = (launch.host, str(launch.port), str(launch.processes), str(launch.backlog))
    return (launch.python, "-c", _SERVE, *asked, launch.wsgi)


FASTPYSGI = Worker(
    name="fastpysgi",
    interface="wsgi",
    distributions=("fastpysgi",),
    command=command,
    server_header="FastPySGI",
    about="fastpysgi, libuv in C, one request at a time in each process",
    supports={"async": "a new event loop for each request"},
    unequal=(
        "one request at a time in each process",
        "each process has a listening socket of its own, so few connections spread unevenly",
        "keep-alive has no time limit",
    ),
    loses="SIGTERM ends its first process at once, and leaves the others to be killed",
)

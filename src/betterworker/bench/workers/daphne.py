"""daphne, the first ASGI server, on Twisted. https://github.com/django/daphne"""

from __future__ import annotations

from betterworker.bench.model import Launch, Worker


def command(launch: Launch) -> tuple[str, ...]:
    # --bind and --port would leave Twisted's backlog of 50.
    endpoint = f"tcp:{launch.port}:interface={launch.host}:backlog={launch.backlog}"
    return (launch.python, "-m", "daphne", "--verbosity", "0", "--endpoint", endpoint, launch.asgi)


DAPHNE = Worker(
    name="daphne",
    interface="asgi",
    distributions=("daphne", "twisted"),
    command=command,
    server_header="daphne",
    about="daphne, Django Channels' server, on Twisted",
    supports={"async": "natively", "websocket": "natively", "http2": "over TLS, with twisted[http2,tls]"},
    unequal=("one process, whatever is asked for", "keep-alive has no time limit"),
    most_processes=1,
    loses="SIGTERM cancels what is under way",
)

"""Our own small servers (upstream, hosts, null server): started for as long as they are needed."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from betterworker.bench import probe
from betterworker.bench.errors import ServerFailure
from betterworker.bench.server import Guarded, Start

HOST = "127.0.0.1"
LISTENING_S = 10.0


@contextlib.contextmanager
def helper_server(
    module: str,
    *options: str,
    cpus: Sequence[int],
    log: Path,
    avoid: Collection[int] = (),
    remove: Path | None = None,
) -> Iterator[tuple[str, int]]:
    """One of them, listening; gives its host and port, which is none of ``avoid``. Raises ServerFailure.

    The folder ``remove`` goes when it ends, however the program ends.
    """
    port = probe.free_port(HOST, avoid)
    # Not the folder it is run in: a project there may have modules with the names of ours, or of Python's.
    command = (sys.executable, "-P", "-m", module, "--port", str(port), *options)
    start = Start(command=command, host=HOST, port=port, cpus=cpus, log=log, env={}, remove=remove)
    server = Guarded(start)
    try:
        if not probe.wait_listening(HOST, port, LISTENING_S, lambda: server.alive):
            raise ServerFailure(f"{module} does not listen", server.log_tail())
        yield HOST, port
    finally:
        server.stop()

"""``betterworker serve``: one worker, started exactly as a study starts it."""

from __future__ import annotations

import shlex
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

from betterworker.bench import preflight, probe
from betterworker.bench.backends import Given, owned
from betterworker.bench.errors import BadInput, ServerFailure
from betterworker.bench.model import Target, Worker
from betterworker.bench.server import port_taken
from betterworker.bench.workbench import HOST, Terms, workbench


def serve(
    worker: Worker,
    target: Target,
    terms: Terms,
    port: int,
    load_cpus: tuple[int, ...],
    latency_s: float,
    given: Given,
) -> None:
    """Until Ctrl-C. The database lives in a temporary folder, which goes when the server does.

    Redis and PostgreSQL rows are served where theirs is ``given``: none is started for them.
    """
    if not probe.is_free(HOST, port):
        raise BadInput(f"Cannot serve: {port_taken(port)}.")
    preflight.raise_open_files(preflight.files_needed(2 * terms.concurrency))
    with (
        tempfile.TemporaryDirectory(prefix="betterworker-", ignore_cleanup_errors=True) as name,
        owned(given, logs=Path(name)) as backends,
        workbench(
            target,
            terms,
            folder=Path(name),
            load_cpus=load_cpus,
            latency_s=latency_s,
            backends=backends.env,
        ) as bench,
    ):
        folder = Path(name)
        server = bench.start(worker, port, f"{worker.name}.log", remove=folder)
        try:
            click.echo(shlex.join(server.command), err=True)
            server.wait_ready()
            state = f"answers {server.unwell}" if server.unwell else "ready"
            click.echo(f"{worker.name}: {state} at http://{HOST}:{port}/  (Ctrl-C ends it)", err=True)
            follow(server.start.log, lambda: server.alive)
            raise ServerFailure("the server ended by itself", server.log_tail())
        finally:
            server.stop()


def follow(log: Path, alive: Callable[[], bool]) -> None:
    """Print what the server writes, while it lives."""
    with log.open(encoding="utf-8", errors="replace") as lines:
        while alive():
            if text := lines.read():
                click.echo(text, nl=False)
            time.sleep(0.1)

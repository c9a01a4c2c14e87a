"""Django's development server, as a worker: measured, and said to be one."""

from __future__ import annotations

from betterworker.bench.errors import BadInput
from betterworker.bench.model import BASELINE, Launch, Worker
from betterworker.bench.project.deploy.shell import Simple
from betterworker.bench.project.nouns import ProjectFile

# As Django's own command starts it, without reloading and checks.
_RUNSERVER = "; ".join(
    (
        "import sys",
        "from importlib import import_module",
        "from django.core.servers.basehttp import run",
        "host, port, threads, path = sys.argv[1:]",
        "module, _, name = path.partition(':')",
        "app = getattr(import_module(module), name)",
        "run(host, int(port), app, threading=threads == 'threads')",
    )
)
_SAID = "Django's development server: one process, a thread for each connection; not for production"


def development(simple: Simple, file: ProjectFile) -> Worker:
    if file.wsgi is None:
        raise BadInput(
            "The baseline is Django's development server, and the project has no WSGI application."
        )
    threads = "one" if "--nothreading" in simple.words else "threads"

    def command(launch: Launch) -> tuple[str, ...]:
        return (launch.python, "-c", _RUNSERVER, launch.host, str(launch.port), threads, launch.wsgi)

    return Worker(
        name=BASELINE,
        interface="wsgi",
        distributions=("django",),
        command=command,
        server_header="WSGIServer",
        about="",
        unequal=(_SAID, "without reloading and static files"),
        own_processes=1,
    )

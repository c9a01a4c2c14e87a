"""A user's project as a Target: like the built-in site in all that is measured."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from betterworker.bench.model import BETTER, Launch, Target, Worker
from betterworker.bench.project.nouns import ProjectFile
from betterworker.bench.project.overlay import Overlay

#: As inside/served/betterworker_measured/own.py answers it.
READY = "/__betterworker__/ready"
WSGI, ASGI, SERVED_BETTER = (
    f"betterworker_measured.{each}:application" for each in ("wsgi", "asgi", "better")
)
#: What betterworker's handler needs.
LEAST_PYTHON, LEAST_DJANGO = (3, 11), (5, 2)
_SERVED = Path(__file__).with_name("inside") / "served"
_PACKAGE = Path(__file__).parents[2]


def of(file: ProjectFile, overlay: Overlay) -> Target:
    own = {WSGI: file.wsgi, ASGI: file.asgi, SERVED_BETTER: BETTER}
    return Target(
        name=file.name,
        wsgi=WSGI,
        asgi=ASGI,
        better=SERVED_BETTER,
        ready=READY,
        prepare=() if bytecode(overlay).exists() else ("-m", "betterworker_measured.compiled"),
        env=environment(file, overlay),
        python=overlay.python,
        folder=str(file.folder),
        packages=overlay.packages,
        names={served: path for served, path in own.items() if path},
    )


def environment(file: ProjectFile, overlay: Overlay) -> dict[str, str]:
    """What its servers get on top of the program's own."""
    paths = (str(_SERVED), str(file.folder), file.env.get("PYTHONPATH", os.environ.get("PYTHONPATH", "")))
    return {
        **file.env,
        "DJANGO_SETTINGS_MODULE": file.settings,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        # Bytecode is not written among the project's files, nor made again at each start.
        "PYTHONPYCACHEPREFIX": str(bytecode(overlay)),
        "PYTHONDONTWRITEBYTECODE": "",
        "BETTERWORKER_WSGI": file.wsgi or "",
        "BETTERWORKER_ASGI": file.asgi or "",
        "BETTERWORKER_PACKAGE": str(_PACKAGE),
    }


def bytecode(overlay: Overlay) -> Path:
    return overlay.folder / "bytecode"


def unable_workers(
    file: ProjectFile, python: str, django: str, workers: Mapping[str, Worker]
) -> dict[str, str]:
    """Worker name -> why the project cannot be served by it; ``python`` and ``django`` are its versions."""
    unable = {"wsgi": no_path("wsgi", file), "asgi": no_path("asgi", file), "better": unfit(python, django)}
    reasons = {name: unable[path_of(worker)] for name, worker in workers.items()}
    return {name: why for name, why in reasons.items() if why}


def no_path(interface: str, file: ProjectFile) -> str | None:
    if (file.wsgi if interface == "wsgi" else file.asgi) is not None:
        return None
    call = f"django.core.{interface}.get_{interface}_application()"
    return (
        f"the project has no {interface.upper()} application: write {interface}.py with "
        f'application = {call}, and {interface} = "….{interface}:application" into {file.path.name}'
    )


def unfit(python: str, django: str) -> str | None:
    """Why betterworker's handler cannot run there."""
    return "; ".join(_unfit(python, django)) or None


def _unfit(python: str, django: str) -> Iterator[str]:
    if _version(python) < LEAST_PYTHON:
        yield f"betterworker's handler needs Python 3.11 or later; the project is on {python}"
    if _version(django) < LEAST_DJANGO:
        yield f"betterworker's handler needs Django 5.2 or later; the project has {django}"


def _version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")[:2]
    return int(major), int("".join(filter(str.isdigit, minor)) or 0)


def path_of(worker: Worker) -> str:
    """Which of a project's applications its command names: wsgi, asgi or better."""
    names = {WSGI: "wsgi", ASGI: "asgi", SERVED_BETTER: "better"}
    order = Launch(
        python="/bin/python",
        host="127.0.0.1",
        port=8000,
        processes=1,
        concurrency=1,
        wsgi=WSGI,
        asgi=ASGI,
        better=SERVED_BETTER,
    )
    return next((names[word] for word in worker.command(order) if word in names), worker.interface)

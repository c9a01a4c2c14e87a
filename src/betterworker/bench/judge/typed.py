"""A command as it was run in a study, as somebody would type it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from betterworker.bench.model import Project
from betterworker.bench.model.deployed import HOST, PORT
from betterworker.bench.model.setups import BETTER

#: What is measured of a user's project: its own applications under these names.
MEASURED = "betterworker_measured"
_LOOPBACK = "127.0.0.1"
#: Modules that pip installs as programs. Not cheroot's, which does not look for modules where it is started.
_PROGRAMS = {
    "daphne": "daphne",
    "granian": "granian",
    "gunicorn": "gunicorn",
    "hypercorn": "hypercorn",
    "uvicorn": "uvicorn",
    "waitress": "waitress-serve",
}
#: Its program cannot be run as a module.
_UWSGI = "import pyuwsgi; pyuwsgi.run()"
_PYTHON = re.compile(r"python[\d.]*")
_TOGETHER = re.compile(rf"{re.escape(_LOOPBACK)}:\d+")
_ENDPOINT = re.compile(rf"^tcp:\d+:interface={re.escape(_LOOPBACK)}")


def typed(command: Sequence[str], project: Project) -> tuple[str, ...]:
    """With the project's own applications, and HOST and PORT in place of an address."""
    return tuple(_at_any_address([_own(word, project) for word in _program(command)]))


def application(command: Sequence[str], project: Project) -> str:
    """The one that a typed command serves; empty where none can be told."""
    # One may be the end of another: the longest is meant.
    paths = sorted(filter(None, (project.wsgi, project.asgi, BETTER)), key=len, reverse=True)
    return next((path for word in reversed(command) for path in paths if path in word), "")


def _program(command: Sequence[str]) -> tuple[str, ...]:
    first, *rest = command or ("",)
    program = first.rpartition("/")[2]
    if not _PYTHON.fullmatch(program):
        return (program, *rest)
    if rest[:1] == ["-m"] and rest[1:2] and rest[1] in _PROGRAMS:
        return (_PROGRAMS[rest[1]], *rest[2:])
    if rest[:2] == ["-c", _UWSGI]:
        return ("pyuwsgi", *rest[2:])
    return ("python", *rest)


def _own(word: str, project: Project) -> str:
    """The handler is put into the project's own asgi.py, where there is one."""
    return (
        word.replace(f"{MEASURED}.wsgi:application", project.wsgi or "")
        .replace(f"{MEASURED}.asgi:application", project.asgi or "")
        .replace(f"{MEASURED}.better:application", project.asgi or BETTER)
        .replace(BETTER, project.asgi or BETTER)
    )


def _at_any_address(words: Sequence[str]) -> Iterator[str]:
    before = ""
    for word in words:
        after_option = before == "--port" or before == _LOOPBACK
        if after_option and word.isdigit():
            yield PORT
        elif word == _LOOPBACK:
            yield HOST
        else:
            endpoint = _ENDPOINT.sub(f"tcp:{PORT}:interface={HOST}", word)
            yield _TOGETHER.sub(f"{HOST}:{PORT}", endpoint)
        before = word

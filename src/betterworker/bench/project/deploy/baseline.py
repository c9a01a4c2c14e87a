"""The command a project runs on today, as a worker: with its own options and processes, at our address."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from betterworker.bench.errors import BadInput
from betterworker.bench.model import BASELINE, Launch, Worker
from betterworker.bench.project.deploy import conf, shell
from betterworker.bench.project.deploy.development import development
from betterworker.bench.project.deploy.paths import application, served
from betterworker.bench.project.deploy.reading import (
    SETTINGS,
    checked,
    is_runserver,
    name_of,
    server_of,
    with_variables,
)
from betterworker.bench.project.deploy.servers import KNOWN, Known, Options, split, value
from betterworker.bench.project.deploy.shell import Simple
from betterworker.bench.project.nouns import ProjectFile

NAME = BASELINE
CONTROL_SOCKET_SINCE = (25, 1)
_SECRET = Options(valued=("--ssl-keyfile-password", "--keyfile-password"))
_OWN = "its own options and its own number of processes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """``shown`` is the command without values that may be secret: what is stored."""

    worker: Worker
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A server's command, read. ``options`` are as they were written, but for those left out (``out``)."""

    known: Known
    options: tuple[str, ...]
    env: Mapping[str, str]
    out: tuple[str, ...] = ()
    unequal: tuple[str, ...] = ()
    own: Mapping[str, str | int] = field(default_factory=dict)


def parse(
    command: str, file: ProjectFile, *, at: Path | None = None, environ: Mapping[str, str] | None = None
) -> Baseline:
    """``at`` is the folder that the command is written for: the project's when None. Raises BadInput."""
    place = at or file.folder
    simple = with_variables(server_of(command, place))
    shown = checked(simple.env, file)
    told = {**(os.environ if environ is None else environ), **file.env, SETTINGS: file.settings}
    env = {name: shell.expanded(text, told) for name, text in shown.items()}
    known_env = {**told, **env}
    if is_runserver(simple):
        return _baseline(simple, development(simple, file), shown)
    known = KNOWN[name_of(simple.words) or ""]
    asked = _asked(known, simple, file, place, known_env)
    return _baseline(simple, replace(_worker(asked, file, known_env), env=env), shown)


def _asked(known: Known, simple: Simple, file: ProjectFile, at: Path, env: Mapping[str, str]) -> Asked:
    words = simple.words[1:]
    own: Mapping[str, str | int] = {}
    if known.name == "uwsgi":
        words = _with_ini(words, at)
    unequal = [f"without {name}" for name in simple.without]
    words, out = _without(known, words, unequal)
    words = tuple(shell.expanded(word, env) for word in words)
    if known.name == "gunicorn":
        words, own = _with_conf(words, file, at, env)
    if given := next((name for name in known.factory if name in words), None):
        raise BadInput(
            f"The baseline's {given} makes an application by calling a function: name an application."
        )
    return Asked(known=known, options=words, env=env, out=out, unequal=tuple(unequal), own=own)


def _without(
    known: Known, words: tuple[str, ...], unequal: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    every: list[str] = []
    for options in known.out:
        words, out = split(words, options)
        every.extend(out)
        if out and options.why:
            unequal.append(options.why)
    return words, tuple(every)


def _with_ini(words: tuple[str, ...], at: Path) -> tuple[str, ...]:
    ini = value(words, ("--ini",)) or next((word for word in words if word.endswith(".ini")), None)
    if ini is None:
        return words
    left, _ = split(words, Options(valued=("--ini",)))
    return (*conf.uwsgi(conf.here(ini, at)), *(word for word in left if word != ini))


def _with_conf(
    words: tuple[str, ...], file: ProjectFile, at: Path, env: Mapping[str, str]
) -> tuple[tuple[str, ...], Mapping[str, str | int]]:
    """Its own file's settings, and the words that keep what it says of daemons and addresses out."""
    names = ("-c", "--config")
    given = value(words, names)
    if given and given.startswith("python:"):
        return words, {}
    if given is None and not (at / conf.GUNICORN).is_file():
        return words, {}
    path = conf.here((given or conf.GUNICORN).removeprefix("file:"), at)
    own = conf.gunicorn(file.python or sys.executable, path, at, env)
    if own.get("daemon"):
        raise BadInput(f"{path.name} says daemon = True: a server that leaves its parent cannot be measured.")
    left, _ = split(words, Options(valued=names))
    # An empty word takes away what the file says: a process id's file is of the server that runs today.
    empty = [
        f"--{name}="
        for name in ("pid", "certfile", "keyfile")
        if own.get(name if name != "pid" else "pidfile")
    ]
    return ("--config", os.path.relpath(path, file.folder), *empty, *left), own


def _worker(asked: Asked, file: ProjectFile, env: Mapping[str, str]) -> Worker:
    known = asked.known
    interface, options = application(known.name, asked.options, asked.own.get("wsgi_app"), file)
    kind = value(asked.options, ("-k", "--worker-class")) or str(asked.own.get("worker_class") or "")
    threads = _count(known.threads, asked, env, "threads") or known.least_threads
    return Worker(
        name=NAME,
        interface=interface,
        distributions=_distributions(known, kind),
        command=_command(asked, options),
        server_header=_header(asked, kind),
        about="",
        unequal=(_OWN, *asked.unequal),
        own_processes=_count(known.processes, asked, env, "workers") or 1,
        threads=None if threads is None or interface == "asgi" else lambda _launch: threads,
    )


def _command(asked: Asked, options: tuple[str, ...]) -> Callable[[Launch], tuple[str, ...]]:
    known = asked.known

    def command(launch: Launch) -> tuple[str, ...]:
        address = known.address(launch.host, launch.port)
        if known.name == "uwsgi":
            # Its router keeps connections, its sockets do not.
            address = ("--http" if "--http" in asked.out else address[0], *address[1:])
        return (launch.python, *known.start, *address, *_alone(known, launch), *served(options, launch))

    return command


def _alone(known: Known, launch: Launch) -> Iterator[str]:
    """gunicorn's control socket has one path for all of a user: that of the server that runs today."""
    version = re.match(r"(\d+)\.(\d+)", launch.versions.get("gunicorn", ""))
    if known.name == "gunicorn" and version and tuple(map(int, version.groups())) >= CONTROL_SOCKET_SINCE:
        yield "--no-control-socket"


def _count(names: tuple[str, ...], asked: Asked, env: Mapping[str, str], own: str) -> int | None:
    """As the command says, or its file, or the environment; None where none does, or not in digits."""
    options = tuple(name for name in names if name.startswith("-"))
    found = (
        value(asked.options, options),
        asked.own.get(own),
        *(env.get(name) for name in names if not name.startswith("-")),
    )
    text = next((str(each) for each in found if each), "")
    return int(text) if text.isdecimal() else None


_EXTRA: Mapping[str, tuple[str, ...]] = {
    "gevent": ("gevent",),
    "eventlet": ("eventlet",),
    "tornado": ("tornado",),
    "uvicorn.workers.UvicornWorker": ("uvicorn",),
    "uvicorn.workers.UvicornH11Worker": ("uvicorn",),
    "uvicorn_worker.UvicornWorker": ("uvicorn", "uvicorn-worker"),
    "uvicorn_worker.UvicornH11Worker": ("uvicorn", "uvicorn-worker"),
    "uvloop": ("uvloop",),
    "trio": ("trio",),
}
_GUNICORNS = frozenset({"", "sync", "gthread", "gevent", "eventlet", "tornado", "asgi"})


def _distributions(known: Known, kind: str) -> tuple[str, ...]:
    return (*known.distributions, *_EXTRA.get(kind, ()))


def _header(asked: Asked, kind: str) -> str:
    """Empty where it may say anything."""
    known = asked.known
    if any(word.partition("=")[0] in known.unnamed for word in asked.options):
        return ""
    if known.name == "gunicorn" and kind not in _GUNICORNS:
        return "uvicorn" if kind.startswith(("uvicorn.", "uvicorn_worker.")) else ""
    return known.header


def _baseline(simple: Simple, worker: Worker, env: Mapping[str, str]) -> Baseline:
    words, _ = split(simple.words, _SECRET)
    shown = shell.written(words, env)
    return Baseline(worker=replace(worker, about=f"what it runs on today: {shown}"), shown=shown)

"""The servers whose commands can be read: where each says its address, and what is left out here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Names of options: ``valued`` have a value, ``flags`` have none. ``why`` says what is lost without them
    (empty: nothing that matters to a measurement)."""

    valued: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A server by its command line.

    ``start`` are the words after the interpreter. ``address`` makes the options for a host and a port,
    ``out`` are those taken off. ``processes`` and ``threads`` are the options and the variables that say how
    many there are, in the order in which they count; ``header`` is how its ``Server`` header starts, unless
    one of ``unnamed`` is given. ``factory`` are options that make the application a function to be called.
    """

    name: str
    start: tuple[str, ...]
    address: Callable[[str, int], tuple[str, ...]]
    out: tuple[Options, ...]
    distributions: tuple[str, ...]
    header: str
    processes: tuple[str, ...] = ()
    threads: tuple[str, ...] = ()
    least_threads: int | None = None
    unnamed: tuple[str, ...] = ()
    factory: tuple[str, ...] = ()
    unequal: tuple[str, ...] = field(default=())


def _bound(host: str, port: int) -> tuple[str, ...]:
    return ("--bind", f"{host}:{port}")


def _apart(host: str, port: int) -> tuple[str, ...]:
    return ("--host", host, "--port", str(port))


_TLS = "without TLS here"
_FILES = "without its file of variables: name it as env_file under [project]"
_AS_WHOM = ("-u", "--user", "-g", "--group")

KNOWN: Mapping[str, Known] = {
    known.name: known
    for known in (
        Known(
            name="gunicorn",
            start=("-m", "gunicorn"),
            address=_bound,
            out=(
                Options(
                    valued=("-b", "--bind", "-p", "--pid", "--chdir", *_AS_WHOM), flags=("-D", "--daemon")
                ),
                Options(valued=("--certfile", "--keyfile", "--ca-certs", "--ssl-version"), why=_TLS),
            ),
            distributions=("gunicorn",),
            header="gunicorn",
            processes=("-w", "--workers", "WEB_CONCURRENCY"),
            threads=("--threads",),
        ),
        Known(
            name="uvicorn",
            start=("-m", "uvicorn"),
            address=_apart,
            out=(
                Options(valued=("--host", "--port", "--uds", "--fd", "--app-dir")),
                Options(valued=("--ssl-keyfile", "--ssl-certfile", "--ssl-keyfile-password"), why=_TLS),
                Options(valued=("--env-file",), why=_FILES),
            ),
            distributions=("uvicorn",),
            header="uvicorn",
            processes=("--workers", "WEB_CONCURRENCY"),
            unnamed=("--no-server-header", "--header"),
            factory=("--factory",),
        ),
        Known(
            name="hypercorn",
            start=("-m", "hypercorn"),
            address=_bound,
            out=(
                Options(
                    valued=("-b", "--bind", "--insecure-bind", "--quic-bind", "-p", "--pid", *_AS_WHOM),
                    flags=("-D", "--daemon"),
                ),
                Options(valued=("--certfile", "--keyfile", "--keyfile-password", "--ca-certs"), why=_TLS),
            ),
            distributions=("hypercorn",),
            header="hypercorn",
            processes=("-w", "--workers"),
        ),
        Known(
            name="granian",
            start=("-m", "granian"),
            address=_apart,
            out=(
                Options(valued=("--host", "--port", "--uds", "--pid-file", "--working-dir")),
                Options(
                    valued=("--ssl-certificate", "--ssl-keyfile", "--ssl-keyfile-password", "--ssl-ca"),
                    why=_TLS,
                ),
                Options(valued=("--env-files",), why=_FILES),
            ),
            distributions=("granian",),
            header="granian",
            processes=("--workers", "GRANIAN_WORKERS"),
            threads=("--blocking-threads", "GRANIAN_BLOCKING_THREADS"),
            factory=("--factory",),
        ),
        Known(
            name="daphne",
            start=("-m", "daphne"),
            address=lambda host, port: ("--bind", host, "--port", str(port)),
            out=(
                Options(
                    valued=("-b", "--bind", "-p", "--port", "-u", "--unix-socket", "--fd", "-e", "--endpoint")
                ),
            ),
            distributions=("daphne", "twisted"),
            header="daphne",
            unnamed=("-s", "--server-name", "--no-server-name"),
        ),
        Known(
            name="waitress",
            start=("-m", "waitress"),
            address=lambda host, port: (f"--listen={host}:{port}",),
            out=(Options(valued=("--host", "--port", "--listen", "--unix-socket", "--unix-socket-perms")),),
            distributions=("waitress",),
            header="waitress",
            threads=("--threads",),
            least_threads=4,
            unnamed=("--ident",),
            factory=("--call",),
        ),
        Known(
            name="cheroot",
            start=("-m", "cheroot"),
            address=_bound,
            out=(Options(valued=("--bind",)),),
            distributions=("cheroot",),
            header="cheroot",
            threads=("--threads",),
            least_threads=10,
            unnamed=("--server-name",),
        ),
        Known(
            name="uwsgi",
            # An extension module, which no python -m can run; its script lies in the project's environment,
            # or in ours.
            start=("-c", "import pyuwsgi; pyuwsgi.run()"),
            address=lambda host, port: ("--http-socket", f"{host}:{port}"),
            out=(
                Options(
                    valued=("--daemonize", "-d", "--daemonize2", "--pidfile", "--pidfile2", "--safe-pidfile"),
                ),
                Options(valued=("--http", "--http-socket", "--http11-socket", "--chdir", "--stats")),
                Options(
                    valued=("--uid", "--gid", "--chown-socket", "--chmod-socket", "-C", "--logto", "--logto2")
                ),
                Options(
                    valued=("--socket", "-s", "--uwsgi-socket"),
                    why="speaks HTTP here, and not uwsgi's protocol to a server before it",
                ),
                Options(valued=("--https", "--https-socket"), why=_TLS),
            ),
            distributions=("pyuwsgi",),
            header="",
            processes=("-p", "--processes", "--workers"),
            threads=("--threads",),
        ),
    )
}
#: Programs by other names.
ALIASES: Mapping[str, str] = {"waitress-serve": "waitress", "pyuwsgi": "uwsgi"}


def split(words: Sequence[str], options: Options) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is left without these options, and the options that were there."""
    left, out = [], []
    waiting = iter(words)
    for word in waiting:
        name = next(_named(word, options), None)
        if name is None:
            left.append(word)
            continue
        out.append(name)
        if word == name and name in options.valued:
            next(waiting, None)
    return tuple(left), tuple(out)


def values(words: Sequence[str], names: Sequence[str]) -> list[str]:
    """Of ``-w 4``, ``-w4``, ``--workers 4`` and ``--workers=4``, in their order."""
    options = Options(valued=tuple(names))
    return [
        after if word == name else word.removeprefix(name).removeprefix("=")
        for word, after in pairwise((*words, ""))
        for name in _named(word, options)
    ]


def value(words: Sequence[str], names: Sequence[str]) -> str | None:
    """The last one, which counts."""
    return next(reversed(values(words, names)), None)


def _named(word: str, options: Options) -> Iterator[str]:
    for name in (*options.valued, *options.flags):
        short = not name.startswith("--") and name in options.valued
        if word == name or word.startswith(f"{name}=") or (short and word.startswith(name)):
            yield name

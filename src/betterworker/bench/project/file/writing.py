"""A ``betterworker.toml`` to read and to edit: what is there with a comment, what is not there to take up."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import tomlkit

from betterworker.bench.errors import BadInput
from betterworker.bench.project.file.hiding import Hidden
from betterworker.bench.project.file.schema import FILE_NAME
from betterworker.bench.project.file.tables import TABLES
from betterworker.bench.project.file.typed import key, typed
from betterworker.bench.project.file.variables import env_file
from betterworker.bench.project.nouns import Login, ProjectFile, RequestSpec
from betterworker.bench.project.plain import one_line

Lines = Iterator[str]

TOP = f"""#:schema {FILE_NAME}
# What betterworker measures here: edit it as you like. `betterworker init --schema` prints the schema named
# above, from which editors complete. Text may have ${{NAME}}: a variable of the environment, or of env_file.
"""

LOGIN_EXAMPLE = """
# Pages behind a log-in need a user; the values come from the environment and are stored nowhere.
# [login]
# path = "/accounts/login/"
# fields = { username = "${BENCH_USERNAME}", password = "${BENCH_PASSWORD}" }
"""

REQUEST_EXAMPLE = """
# A path with arguments is sent with one value after another; its weight is its part of the traffic.
# [[requests]]
# path = "/books/{id}/"
# values = [{ id = 1 }, { id = 2 }]
# weight = 3
"""


def write(
    file: ProjectFile, *, workers: Sequence[str] = (), notes: Sequence[str] = (), kept: str = ""
) -> str:
    """The text, which reads as this file again while the variables of :func:`variables` are set.

    ``workers`` become the defaults of [run]; ``notes`` stand as comments; ``kept`` is the text of an older
    file, whose tables for commands stay.
    """
    hidden = Hidden(file.secrets)
    others = {name: table for name, table in tomlkit.parse(kept).items() if name not in TABLES}
    parts = [TOP, *_tables(file, hidden, notes)]
    if workers and "run" not in others:
        parts.append(f"[run]\nworkers = {typed(workers)}")
    parts += [tomlkit.dumps({name: table}).strip() for name, table in others.items()]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def variables(file: ProjectFile) -> dict[str, str]:
    """Name -> value of the variables that the written file asks for."""
    hidden = Hidden(file.secrets)
    _tables(file, hidden, ())
    return hidden.names


def _tables(file: ProjectFile, hidden: Hidden, notes: Sequence[str]) -> list[str]:
    login = [_login(file.login, hidden)] if file.login else []
    parts = (
        _project(file, hidden),
        _notes(notes, file),
        *login,
        *(_request(spec, hidden) for spec in file.requests),
    )
    return ["\n".join(lines) for lines in parts]


def _project(file: ProjectFile, hidden: Hidden) -> Lines:
    here = file.path.parent
    yield "[project]"
    yield from _said("settings", file.settings, "")
    yield from _said("folder", _near(file.folder, here), ".", "of manage.py")
    yield from _said("python", _near(Path(file.python), here) if file.python else "", "", "its interpreter")
    yield from _said("wsgi", file.wsgi or "", "", "for WSGI servers")
    yield from _said("asgi", file.asgi or "", "", "for ASGI servers")
    yield from _said("env_file", _near(file.env_file, here) if file.env_file else "", "")
    yield from _said("env", _env(file, hidden), {}, "of the servers")
    yield from _said("host", hidden(file.host, "host"), "localhost", "one of ALLOWED_HOSTS")
    yield from _said("https", file.https, False, "as from a proxy that ends TLS")
    yield from _said("writes", file.writes, False, "requests may write")
    yield from _said("hosts", list(file.hosts), [], "databases and caches elsewhere that may be used")
    yield from _said("setup", file.setup or "", "", "called once before a study")
    yield from _said("baseline", file.baseline or "", "", "what it runs on today")


def _env(file: ProjectFile, hidden: Hidden) -> dict[str, str]:
    """Without what env_file gives; the reader sees its own value in the shell first."""
    given = env_file(file.env_file) if file.env_file else {}
    return {
        name: hidden(value, name)
        for name, value in file.env.items()
        if name not in given or value != given[name]
    }


def _notes(notes: Sequence[str], file: ProjectFile) -> Lines:
    """What was left out, and examples of what the file has none of."""
    # Of a foreign file's words none may end the comment.
    parts = ["\n".join(f"# {one_line(note)}".rstrip() for note in notes)]
    parts += [REQUEST_EXAMPLE] * (not any(spec.values for spec in file.requests))
    parts += [LOGIN_EXAMPLE] * (file.login is None)
    yield "\n\n".join(part.strip("\n") for part in parts if part)


def _login(login: Login, hidden: Hidden) -> Lines:
    yield "[login]"
    yield from _said("path", hidden(login.path, "login", "path"), "")
    yield from _said("fields", {name: hidden(v, "login", name) for name, v in login.fields.items()}, None)
    yield from _said("cookie", login.cookie, "sessionid")


def _request(spec: RequestSpec, hidden: Hidden) -> Lines:
    def own(text: str, *words: str) -> str:
        return hidden(text, spec.name, *words)

    yield "[[requests]]"
    yield from _said("name", spec.name, "")
    yield from _said("path", own(spec.path, "path"), "")
    yield from _said("method", spec.method, "GET")
    yield from _said("headers", {name: own(value, name) for name, value in spec.headers}, {})
    yield from _said("cookies", {name: own(value, name) for name, value in spec.cookies.items()}, {})
    yield from _said("body", own(_text(spec), "body"), "")
    yield from _said("weight", _number(spec.weight), 1)
    yield from _said("status", spec.status, 200)
    yield from _said("contains", own(spec.contains or "", "contains"), "")
    yield from _said("mode", spec.mode, "sync")
    yield from _values([{name: own(text, name) for name, text in row.items()} for row in spec.values])
    yield from _said("login", not spec.anonymous, True)
    yield from _said("streams", spec.streams, False)


def _values(rows: Sequence[Mapping[str, str]]) -> Lines:
    """A row on each line, or all on one where they are short."""
    line = f"values = {typed(rows)}"
    if not rows:
        return
    if len(line) <= 100:
        yield line
        return
    yield "values = ["
    yield from (f"    {typed(row)}," for row in rows)
    yield "]"


def _said(name: str, value: object, default: object, comment: str = "") -> Lines:
    if value != default:
        yield f"{key(name)} = {typed(value)}{f'  # {comment}' if comment else ''}"


def _number(weight: float) -> float:
    return int(weight) if weight == int(weight) else weight


def _text(spec: RequestSpec) -> str:
    try:
        return spec.body.decode()
    except UnicodeDecodeError as error:
        raise BadInput(f"{spec.name}: a body that is no text cannot be written into the file") from error


def _near(path: Path, here: Path) -> str:
    """Relative where it is below the file, so that others can use it too."""
    return os.path.relpath(path, here) if path.is_relative_to(here) else str(path)

"""From the text of ``betterworker.toml`` to a ProjectFile."""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from betterworker.bench.errors import BadInput
from betterworker.bench.project.file import variables
from betterworker.bench.project.file.lines import line_of
from betterworker.bench.project.file.requests import names, path_of, spec_of
from betterworker.bench.project.file.tables import TABLES, LoginTable, ProjectTable, RequestTable
from betterworker.bench.project.file.variables import Variables
from betterworker.bench.project.file.wrong import Wrong, converted, said
from betterworker.bench.project.nouns import Login, ProjectFile, RequestSpec
from betterworker.bench.project.texts import read_text

NAME = "betterworker.toml"
PROJECT = "project"

_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_OBJECT = re.compile(rf"({_MODULE.pattern}):([A-Za-z_]\w*(?:\.\w+)*)")


def is_project(path: Path | None = None) -> bool:
    """Whether that file (None: the one of the current folder) has a table [project]."""
    try:
        return PROJECT in tomllib.loads(read_text(path or Path(NAME)))
    except (OSError, ValueError):
        return False


def read(path: Path, environ: Mapping[str, str] = os.environ) -> ProjectFile:
    """Raises BadInput with the file, the line, the key, and what to write."""
    try:
        text = read_text(path)
        content = tomllib.loads(text)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be used: {error}") from error
    if PROJECT not in content:
        raise BadInput(f"{path} has no table [project]: betterworker init writes one.")
    try:
        return _file({name: content[name] for name in TABLES if name in content}, path.absolute(), environ)
    except Wrong as wrong:
        raise BadInput(f"{path}:{line_of(wrong.key, text)}: {said(wrong.key)}: {wrong.what}") from wrong


def _file(content: dict[str, Any], path: Path, environ: Mapping[str, str]) -> ProjectFile:
    _check_shapes(content)
    from_file = _env_file(content[PROJECT], path.parent, environ)
    known = Variables({**from_file, **environ}, f"or name an env_file with it in [{PROJECT}]")
    tables = _expanded(content, known)
    table = cast(ProjectTable, converted(tables[PROJECT], (PROJECT,)))
    own = {name: str(value) for name, value in table.env.items()}
    inherited = {name: value for name, value in from_file.items() if name not in environ}
    file = replace(
        _project(table, path),
        env={**inherited, **own},
        login=_login(tables.get("login")),
        requests=_requests(tables.get("requests", []), path.parent, set_up=bool(table.setup)),
    )
    in_shell = {name: environ[name] for name in from_file if name in environ}
    given = (known.used, from_file, in_shell)
    return replace(file, secrets=variables.all_secrets(file, given, own))


def _check_shapes(content: dict[str, Any]) -> None:
    for name in (PROJECT, "login"):
        if not isinstance(content.get(name, {}), dict):
            raise Wrong((name,), f"is one table: write [{name}]")
    requests = content.get("requests", [])
    if not isinstance(requests, list) or not all(isinstance(table, dict) for table in requests):
        raise Wrong(("requests",), "is a list of tables: write [[requests]], with two brackets, for each")


def _env_file(project: dict[str, Any], folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    key = (PROJECT, "env_file")
    name = project.get("env_file", "")
    if not isinstance(name, str) or not name:
        return {}
    name = str(Variables(environ, "before").expanded(name, key))
    return variables.of_file(folder / Path(name).expanduser(), key)


def _expanded(content: dict[str, Any], known: Variables) -> dict[str, Any]:
    """But for the baseline, a command whose variables are its shell's."""
    found: dict[str, Any] = {}
    for name, table in content.items():
        if isinstance(table, list):
            found[name] = [known.expanded(each, (name, number)) for number, each in enumerate(table)]
        else:
            found[name] = known.expanded({k: v for k, v in table.items() if k != "baseline"}, (name,))
    if "baseline" in content[PROJECT]:
        found[PROJECT]["baseline"] = content[PROJECT]["baseline"]
    return found


def _project(table: ProjectTable, path: Path) -> ProjectFile:
    if not _MODULE.fullmatch(table.settings):
        raise Wrong((PROJECT, "settings"), 'is a module\'s name. For example: settings = "mysite.settings"')
    if not table.host or not re.fullmatch(r"[^\s/@]+", table.host):
        raise Wrong(
            (PROJECT, "host"), 'is a name alone, with a port or without. For example: host = "localhost"'
        )
    return ProjectFile(
        path=path,
        folder=_folder(path.parent, table.folder),
        python=_python(path.parent, table.python),
        settings=table.settings,
        wsgi=_object(table.wsgi, "wsgi") if table.wsgi else None,
        asgi=_object(table.asgi, "asgi") if table.asgi else None,
        env_file=_absolute(path.parent, table.env_file) if table.env_file else None,
        host=table.host,
        https=table.https,
        writes=table.writes,
        hosts=tuple(table.hosts),
        setup=_object(table.setup, "setup") if table.setup else None,
        baseline=table.baseline or None,
    )


def _absolute(here: Path, name: str) -> Path:
    """A link is not followed: an environment's interpreter is one, and is known by its own path."""
    return Path(os.path.normpath(here / Path(name).expanduser()))


def _folder(here: Path, name: str) -> Path:
    folder = _absolute(here, name)
    if not folder.is_dir():
        raise Wrong((PROJECT, "folder"), f"{folder} is no folder")
    return folder


def _python(here: Path, name: str) -> str:
    if not name:
        return ""
    if "/" not in name:
        found = shutil.which(name)
    else:
        path = _absolute(here, name)
        found = str(path) if os.access(path, os.X_OK) and not path.is_dir() else None
    if found is None:
        raise Wrong(
            (PROJECT, "python"), f'{name} is no interpreter. For example: python = ".venv/bin/python"'
        )
    return found


def _object(name: str, key: str) -> str:
    """``module:name``; Django's own settings have a dot before the name."""
    dotted = name if ":" in name else ":".join(name.rsplit(".", 1))
    if not _OBJECT.fullmatch(dotted):
        raise Wrong((PROJECT, key), f'is module:name. For example: {key} = "mysite.{key}:application"')
    return dotted


def _login(table: Any) -> Login | None:
    if table is None:
        return None
    checked = cast(LoginTable, converted(table, ("login",)))
    fields = {name: str(value) for name, value in checked.fields.items()}
    return Login(path=path_of(checked.path, ("login", "path")), fields=fields, cookie=checked.cookie)


def _requests(tables: list[Any], folder: Path, *, set_up: bool) -> tuple[RequestSpec, ...]:
    checked = [
        cast(RequestTable, converted(table, ("requests", number))) for number, table in enumerate(tables)
    ]
    specs = [
        spec_of(table, folder, ("requests", number), set_up=set_up) for number, table in enumerate(checked)
    ]
    return tuple(replace(spec, name=name) for spec, name in zip(specs, names(checked), strict=True))

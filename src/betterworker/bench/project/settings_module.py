"""Which module the project's settings are: as given, from the environment, manage.py, or tools' settings."""

from __future__ import annotations

import ast
import configparser
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from betterworker.bench.errors import BadInput
from betterworker.bench.project.texts import ENCODING, read_text

VARIABLE = "DJANGO_SETTINGS_MODULE"


def settings_of(folder: Path, given: str | None, environ: Mapping[str, str]) -> str:
    """``folder`` holds manage.py. Raises BadInput."""
    if given:
        return module_name(given)
    if environ.get(VARIABLE):
        return module_name(environ[VARIABLE])
    for look in _PLACES:
        names = list(dict.fromkeys(look(folder)))
        if len(names) > 1:
            listed = " and ".join(names)
            raise BadInput(f"{folder} names several settings, {listed}. Say which: --settings {names[0]}")
        if names:
            return module_name(names[0])
    raise BadInput(
        f"{folder / 'manage.py'} does not say which settings the project has. Say it: --settings MODULE "
        "(as mysite.settings)"
    )


def module_name(settings: str) -> str:
    """Raises BadInput for what is none, as the name of its file."""
    if settings.endswith(".py") or "/" in settings:
        meant = settings.removesuffix(".py").strip("./").replace("/", ".")
        raise BadInput(f"{settings} is a file: give the settings' module, as {meant}.")
    if not all(part.isidentifier() for part in settings.split(".")):
        raise BadInput(f"{settings!r} is no module's name: give it as mysite.settings.")
    return settings


def others(folder: Path, applications: Iterable[str | None], settings: str) -> dict[str, tuple[str, ...]]:
    """Other settings that the files of WSGI and ASGI applications name: module -> names of the files.

    ``applications`` are paths as ``mysite.wsgi:application``. Mostly manage.py has those of development.
    """
    named: dict[str, tuple[str, ...]] = {}
    for module in (each.partition(":")[0] for each in applications if each):
        file = folder.joinpath(*module.split(".")).with_suffix(".py")
        for name in dict.fromkeys(in_file(file)):
            if name != settings:
                named[name] = (*named.get(name, ()), file.name)
    return named


def in_manage(folder: Path) -> Iterator[str]:
    return in_file(folder / "manage.py")


def in_file(file: Path) -> Iterator[str]:
    """``os.environ.setdefault(VARIABLE, "…")`` and ``os.environ[VARIABLE] = "…"``."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        value = _value(node)
        if value is not None:
            yield from _texts(value)


def _value(node: ast.AST) -> ast.expr | None:
    """What the variable is set to by this node."""
    match node:
        case ast.Call(
            func=ast.Attribute(attr="setdefault" | "putenv"),
            args=[ast.Constant(value="DJANGO_SETTINGS_MODULE"), value],
        ):
            return value
        case ast.Assign(
            targets=[ast.Subscript(slice=ast.Constant(value="DJANGO_SETTINGS_MODULE"))], value=value
        ):
            return value
    return None


def _texts(value: ast.expr) -> Iterator[str]:
    """A text, the texts of ``a if … else b``, or the default of ``getenv("NAME", "…")``."""
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body)
            yield from _texts(orelse)
        case ast.Call(args=[_, default]):
            yield from _texts(default)


def _in_pyproject(folder: Path) -> Iterator[str]:
    try:
        tool = tomllib.loads(read_text(folder / "pyproject.toml")).get("tool", {})
    except (OSError, ValueError):
        return
    yield from _entries(
        tool,
        ("django", "settings_module"),
        ("django", VARIABLE),
        ("django-stubs", "django_settings_module"),
        ("pytest", "ini_options", VARIABLE),
    )


def _entries(table: Any, *keys: tuple[str, ...]) -> Iterator[str]:
    for path in keys:
        value = table
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str):
            yield value


def _in_ini(folder: Path) -> Iterator[str]:
    for name, section in (("pytest.ini", "pytest"), ("tox.ini", "pytest"), ("setup.cfg", "tool:pytest")):
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read(folder / name, encoding=ENCODING)
        except (configparser.Error, UnicodeDecodeError):
            continue
        value = parser.get(section, VARIABLE, fallback=None)
        if value:
            yield value


_PLACES: tuple[Callable[[Path], Iterator[str]], ...] = (in_manage, _in_pyproject, _in_ini)

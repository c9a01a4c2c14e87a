"""Sets a project up by the name of its settings, and says what is wrong with it."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings
from django.utils.module_loading import import_string

#: Of a traceback, so many calls of the project's own are shown.
SHOWN = 3
_NOT_ITS_OWN = (
    str(Path(__file__).parents[2]),
    str(Path(django.__file__).parent),
    str(Path(importlib.__file__).parent),
)


class Wrong(Exception):
    """Something in the project that its owner can mend."""


def set_up(name: str) -> None:
    """Raises Wrong."""
    os.environ["DJANGO_SETTINGS_MODULE"] = name
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and f"{name}.".startswith(f"{error.name}."):
            raise Wrong(_absent(name, error.name)) from error
        raise Wrong(f"{name} cannot be imported:\n{shortened(error)}") from error
    except (Exception, SystemExit) as error:
        raise Wrong(f"{name} cannot be imported:\n{shortened(error)}") from error
    if not any(each.isupper() for each in vars(module)):
        raise Wrong(f"{name} has no settings in it. Did you mean {name}.settings?")
    try:
        django.setup(set_prefix=False)
    except (Exception, SystemExit) as error:
        raise Wrong(f"Django cannot be set up with {name}:\n{shortened(error)}") from error
    wrong = list(_middleware())
    if wrong:
        raise Wrong("MIDDLEWARE has what cannot be imported:\n" + "\n".join(wrong))


def _absent(name: str, missing: str) -> str:
    found = "" if missing == name else f" ({missing} is not there)"
    return f"No module {name}{found}. Run it in the folder of the project's manage.py, or set PYTHONPATH."


def _middleware() -> Iterator[str]:
    for path in settings.MIDDLEWARE:
        try:
            import_string(path)
        except Exception as error:  # noqa: BLE001 - whatever a project's module raises
            yield f"  {path}: {type(error).__name__}: {error}"


def shortened(error: BaseException) -> str:
    """The last calls of the project's own, and what was raised."""
    told = traceback.TracebackException.from_exception(error)
    frames = [each for each in told.stack if not each.filename.startswith(("<frozen", *_NOT_ITS_OWN))]
    calls = [f"  {_relative(each.filename)}:{each.lineno}: {each.line}" for each in frames[-SHOWN:]]
    only = "".join(told.format_exception_only()).rstrip().splitlines()
    return "\n".join([*calls, *(f"  {line}" for line in only)])


def _relative(filename: str) -> str:
    for folder in (str(Path.cwd()), *sys.path):
        if folder and filename.startswith(folder + os.sep):
            return filename[len(folder) + 1 :]
    return filename

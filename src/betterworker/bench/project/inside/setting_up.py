"""Sets the project up by the name of its settings, and says what is wrong with it."""

from __future__ import annotations

import importlib
import os
import re
import sys
import sysconfig
import traceback
from collections.abc import Callable
from pathlib import Path

import django

#: Of a traceback, so many calls of the project's own are shown.
SHOWN = 3
_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
#: All of betterworker, Django, and what imports.
_FOLDERS = (Path(__file__).parents[3], Path(django.__file__).parent, Path(importlib.__file__).parent)
_HIDDEN = ("<frozen", *(f"{folder}{os.sep}" for folder in _FOLDERS))
_NAME = re.compile(r"\b[A-Z][A-Z0-9_]{2,}\b")
#: ``api_key="…"``, ``"PASSWORD": "…"``; a password in an address.
_LITERAL = re.compile(
    r"""((?:pass|passwd|password|pwd|secret|token|key|dsn)["']?\s*[=:]\s*[bru]{0,2})(["'])(.*?)\2""",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(://[^/\s@:]*:)[^\s@]+@")
_OF_THE_ENVIRONMENT = ("environ", "envvar", "env var", "SECRET_KEY setting must not be empty")


class Wrong(Exception):
    """Something in the project that its owner can mend.

    ``variable``: of the environment, and it seems to lack. ``missing``: a module that is not installed.
    """

    def __init__(self, text: str, *, variable: str | None = None, missing: str | None = None) -> None:
        super().__init__(text)
        self.variable = variable
        self.missing = missing


def set_up(name: str, before: Callable[[], None] = lambda: None) -> None:
    """``before`` is called when the settings are known. Raises Wrong."""
    os.environ["DJANGO_SETTINGS_MODULE"] = name
    try:
        module = importlib.import_module(name)
    except (Exception, SystemExit) as error:
        if isinstance(error, ModuleNotFoundError) and _is_part(error.name, name):
            raise Wrong(_absent(name, error.name or name)) from error
        raise wrong(f"{name} cannot be imported", error) from error
    if not any(each.isupper() for each in vars(module)):
        raise Wrong(f"{name} has no settings in it. Did you mean {name}.settings?")
    try:
        before()
        django.setup(set_prefix=False)
    except (Exception, SystemExit) as error:
        raise wrong(f"Django cannot be set up with {name}", error) from error


def wrong(what: str, error: BaseException) -> Wrong:
    """``what`` with the error's traceback, shortened."""
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    return Wrong(f"{what}:\n{shortened(error)}", variable=variable(error), missing=missing)


def _is_part(module: str | None, name: str) -> bool:
    return module is not None and f"{name}.".startswith(f"{module}.")


def _absent(name: str, missing: str) -> str:
    found = "" if missing == name else f" ({missing} is not there)"
    way_out = "--settings MODULE of init, or settings in [project]"
    return f"No module {name}{found} in {Path.cwd()}. Name the project's settings: {way_out}"


def shortened(error: BaseException) -> str:
    """The last calls of the project's own, and what was raised."""
    told = traceback.TracebackException.from_exception(error)
    only = "".join(told.format_exception_only()).rstrip().splitlines()
    return "\n".join([*(f"  {call}" for call in frames(error)[-SHOWN:]), *(f"  {line}" for line in only)])


def frames(error: BaseException) -> list[str]:
    """``file:line: code`` of the project's own calls; of its packages' where it has none in it."""
    called = [
        each for each in traceback.extract_tb(error.__traceback__) if not each.filename.startswith(_HIDDEN)
    ]
    own = [each for each in called if is_own(each.filename)]
    return [f"{relative(each.filename)}:{each.lineno}: {_masked(each.line or '')}" for each in own or called]


def _masked(line: str) -> str:
    """What stands in the code itself is known by its name alone: the settings may not be read yet."""
    return _ADDRESS.sub(r"\1•••@", _LITERAL.sub(r"\1\2•••\2", line))


def is_own(filename: str) -> bool:
    """Whether it is the project's, and not a package's."""
    packaged = "site-packages" in filename or "dist-packages" in filename
    return not packaged and not filename.startswith((*_HIDDEN, *_LIBRARIES))


def relative(filename: str) -> str:
    for folder in (str(Path.cwd()), *sys.path):
        if folder and filename.startswith(folder + os.sep):
            return filename[len(folder) + 1 :]
    return filename


def variable(error: BaseException) -> str | None:
    """The variable of the environment that seems to be missing."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if isinstance(error, KeyError) and last is not None and last.tb_frame.f_locals.get("self") is os.environ:
        return str(error.args[0])
    text = str(error)
    found = _NAME.search(text) if any(word in text for word in _OF_THE_ENVIRONMENT) else None
    return found.group() if found else None

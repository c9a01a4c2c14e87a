"""Run by the project's own interpreter: ``boot.py JOB SETTINGS PID_OF_THE_ASKER``, JSON on stdin and stdout.

A job is a module beside this one with a function ``job(order) -> answer``, called when Django is set up, and
maybe ``begin()``, called before anything of the project is imported. With each answer go the secrets of the
settings, so that who asks masks them in it. A job is kept from writing and from databases and caches on hosts
that the order does not name, where the module does not say ``GUARDED = False``: none can forget it. What else
a request calls is kept from other hosts where it is tried unasked (tries.py).
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import json
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

OLDEST_PYTHON, OLDEST_DJANGO = (3, 9), (4, 2)
#: The name of this folder's package there: the project may have a betterworker of its own.
PACKAGE = "betterworker_inside"


def unfit(
    told: str = "Projects are measured on",
    python: tuple[int, int] = OLDEST_PYTHON,
    oldest_django: tuple[int, int] = OLDEST_DJANGO,
) -> str:
    """Why nothing can be asked here; empty where it can."""
    if sys.version_info < python:
        return f"{told} Python {_dotted(python)} or later; {sys.executable} is {_dotted(sys.version_info)}."
    try:
        import django
    except ImportError:
        way_out = "--python PATH of init and check, or python in [project]"
        return f"{sys.executable} has no Django. Name the project's own interpreter: {way_out}"
    if django.VERSION[:2] < oldest_django:
        oldest = _dotted(oldest_django)
        return f"{told} Django {oldest} or later; {sys.executable} has {django.get_version()}."
    return ""


def _dotted(version: Sequence[object]) -> str:
    return ".".join(str(part) for part in version[:2])


def load(name: str, folder: Path) -> None:
    """Make a folder a package that can be imported by that name."""
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def answer(name: str, settings: str, order: dict[str, Any]) -> dict[str, Any]:
    wrong = unfit()
    if wrong:
        return {"error": wrong}
    load(PACKAGE, Path(__file__).resolve().parent)
    guard, setting_up, secret_values, module = (
        importlib.import_module(f"{PACKAGE}.{each}")
        for each in ("guard", "setting_up", "secret_values", name)
    )
    try:
        getattr(module, "begin", _nothing)()
        if getattr(module, "GUARDED", True):
            setting_up.set_up(settings, functools.partial(guard.stay_here, order["hosts"]))
            guard.refuse_writes()
        else:
            setting_up.set_up(settings)
        return {"answer": module.job(order), "secrets": secret_values.told()}
    except setting_up.Wrong as error:
        told = {"error": str(error), "variable": error.variable, "missing": error.missing}
        return {**told, "secrets": secret_values.told(error)}


def secrets_at(error: BaseException) -> list[str]:
    """Those that are known as a job fails: they may be in its traceback."""
    module = sys.modules.get(f"{PACKAGE}.secret_values")
    return module.told(error) if module else []


def _nothing() -> None:
    pass


def end_with(asker: int) -> None:
    """On Linux, when the process that asks is killed; elsewhere by itself, when it is done."""
    with suppress(Exception):
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != asker:
        # It was killed meanwhile, or the interpreter is a program that starts another.
        try:
            os.kill(asker, 0)
        except ProcessLookupError:
            os._exit(1)


def main() -> None:
    name, settings, asker = sys.argv[1:]
    end_with(int(asker))
    # As manage.py has it: the project's folder, and not this one.
    own = Path(__file__).resolve().parent
    sys.path[:] = [str(Path.cwd()), *(each for each in sys.path if not each or Path(each).resolve() != own)]
    order = json.load(sys.stdin.buffer)
    status = 0
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        # What the project prints is not the answer.
        os.dup2(2, 1)
        try:
            out.write(json.dumps(answer(name, settings, order)))
        except BaseException as error:  # noqa: BLE001 - whatever it is: it is told, and the process ends all the same
            traceback.print_exc()
            out.write(json.dumps({"secrets": secrets_at(error)}))
            status = 1
    sys.stderr.flush()
    # A project may have started threads that never end.
    os._exit(status)


if __name__ == "__main__":
    main()
